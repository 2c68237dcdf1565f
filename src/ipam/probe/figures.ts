/** Experiments with lists and counts of the grid. */

import { parseSpan, size } from "../../cidr.js";
import type { Row } from "../../wapi/types.js";
import type { Experiment } from "./experiment.js";
import { type Fact, type Laboratory, made, rowsOf, Unanswered } from "./laboratory.js";
import { range, reserved, shared } from "./objects.js";

/** How often a list is read to compare its order. */
const readings = 3;

export const figures: readonly Experiment[] = [
  {
    id: "listOrder",
    question: "In which order does the grid return lists?",
    async run(lab) {
      const comment = lab.token();
      const cidr = lab.cidr();
      // Created in the reverse order of their keys.
      const networks = [64, 48, 32, 16, 0].map((last) => lab.address(cidr, last));
      for (const network of networks) await lab.network({ network: `${network}/28`, comment });
      const name = lab.token();
      // The key of a shared network is its name.
      for (const end of ["c", "b", "a"]) made(await shared(lab, (await lab.network()).ref, `${name}-${end}`));
      await lab.untilSearchable();
      const lists = [];
      for (let reading = 0; reading < readings; reading++)
        lists.push((await listed(lab, "network", { comment }, "network")).join());
      const byName = await listed(lab, "sharednetwork", { "name~": `^${name}-` }, "name");
      if (new Set(lists).size > 1) return "shuffled";
      return orderOf(lists[0] === networks.map((each) => `${each}/28`).join(), isSorted(byName));
    },
    meaning: (fact) =>
      fact === "shuffled" ? "Sort a list if its order matters" : "Observed, but not documented",
  },
  {
    id: "emptySearchValue",
    question: "Does the grid ignore a search argument without a value?",
    async run(lab) {
      const { comment } = await lab.network();
      await lab.untilSearchable();
      const search = { comment: "", _return_fields: "comment", _max_results: 10_000 };
      const { ok, data } = await lab.find("network", search);
      return ok && rowsOf(data).some((row) => row.comment === comment) ? "ignored" : "compared";
    },
    meaning: (fact) =>
      fact === "ignored"
        ? "The search ignores the argument"
        : "The search finds objects without a value, or is refused",
  },
  {
    id: "rootSchemaVersion",
    question: "Is the schema version of the root schema text or a number?",
    async run(lab) {
      const { ok, data } = await lab.ask("GET", "", { query: { _schema: 1 } });
      if (!ok) throw new Unanswered("the grid refuses the question");
      return typeof data?.schema_version === "number" ? "number" : "text";
    },
    meaning: () => "The library accepts both",
  },
  {
    id: "utilizationUpdatesEvery",
    question: "How soon does the grid update utilization?",
    async run(lab) {
      const { used } = await utilized(lab);
      if (used === 0) throw new Unanswered("the grid counts later than the probe waits");
      return 0;
    },
    meaning: () => "At once: its figures are current",
  },
  {
    id: "utilizationCountsRanges",
    question: "Does the utilization of a network count all addresses of its ranges?",
    async run(lab) {
      const { used, withRange } = await utilized(lab);
      if (used > 0) return withRange > used;
      return countsOwnRanges(lab);
    },
    yes: "Ranges count as used: most-free compares the addresses outside of them",
    no: "Utilization counts the addresses in use",
  },
  {
    id: "hasChangeTracking",
    question: "Does the grid list changed objects (db_objects)?",
    async run(lab) {
      const { ok, text } = await lab.ask("GET", "db_objects", { query: { _max_results: 1 } });
      if (ok || /too large/i.test(text)) return true;
      if (/Unknown object type/i.test(text)) return false;
      throw new Unanswered("the grid refuses the question");
    },
    yes: "The grid lists changes, which the library does not use yet",
    no: "The library finds changes by comparing two inventories",
  },
];

async function listed(
  lab: Laboratory,
  type: string,
  args: Readonly<Record<string, string>>,
  field: string,
): Promise<string[]> {
  const { data } = await lab.find(type, { ...args, _return_fields: field });
  return rowsOf(data).map((row) => String(row[field]));
}

function isSorted(names: readonly string[]): boolean {
  return names.length === 3 && [...names].sort().join() === names.join();
}

/** The names of orders in FakeGrid's switch. */
function orderOf(isByAge: boolean, isByName: boolean): Fact {
  if (isByAge) return isByName ? "recorded" : "age";
  if (isByName) return "key";
  throw new Unanswered("the grid uses another order");
}

/** The utilization of a network with three addresses in use, and with a range as well, in tenths of a percent. */
async function utilized(lab: Laboratory): Promise<{ used: number; withRange: number }> {
  const { ref, cidr } = await lab.network();
  const figure = async () => {
    const { data } = await lab.read(ref, "utilization");
    return Number(data?.utilization ?? 0);
  };
  for (const last of [5, 6, 7]) made(await reserved(lab, lab.address(cidr, last)));
  const used = await figure();
  made(await range(lab, cidr, 100, 199));
  return { used, withRange: await figure() };
}

type Range = Partial<Row<"range", "network" | "network_view" | "start_addr" | "end_addr">>;

/**
 * For a grid that updates utilization later: compares ranges outside of the scratch view with the utilization of their
 * networks. If a network is less full than its range, ranges do not count. The profile keeps only this answer.
 */
async function countsOwnRanges(lab: Laboratory): Promise<boolean> {
  const { ok, data } = await lab.page("range", "network,network_view,start_addr,end_addr");
  const rows: readonly Range[] = ok ? rowsOf(data?.result) : [];
  const ranges = rows.filter((range) => range.network_view !== lab.networkView && sizeOf(range) > 1);
  let shows = false;
  for (const range of ranges.slice(0, 10)) {
    const { network = "", network_view = "" } = range;
    const found = await lab.find("network", { network, network_view, _return_fields: "utilization" });
    const utilization = Number(found.data?.[0]?.utilization);
    const expected = Math.floor((sizeOf(range) * 1000) / 2 ** (32 - Number(network.split("/")[1])));
    if (!(utilization >= 0) || expected < 2) continue;
    if (utilization < expected - 1) return false;
    shows = true;
  }
  if (!shows) throw new Unanswered("the grid counts later than the probe waits, and has no range to compare");
  return true;
}

function sizeOf({ start_addr, end_addr }: Range): number {
  const span = parseSpan(`${start_addr}-${end_addr}`);
  return span === undefined ? 0 : Number(size(span));
}
