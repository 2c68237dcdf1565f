import { ConflictError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { search } from "../engine/kinds.js";
import { type RecordKind, recordKinds } from "../objects/record-kinds.js";
import { ownName } from "../objects/records.js";
import type { PlanStep } from "../plan/intent.js";
import { canonicalName, nameSearch } from "../requests/dns-name.js";
import type { IpamSettings } from "../settings/settings.js";
import { viewOfHosts } from "../zones/missing-zone.js";
import { searchAll } from "./looking.js";

/** The fields of a step's request that decide about names. */
export interface NamedRequest {
  readonly type?: RecordKind;
  readonly as?: string;
  readonly name?: string;
  readonly ip?: string;
  readonly dns?: boolean;
  readonly aliases?: readonly string[];
}

interface ComingNames {
  readonly steps: readonly PlanStep[];
  readonly going: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** A search for objects that would be in the way. */
interface Search {
  readonly noun: string;
  readonly step: Step<readonly { readonly _ref: string }[], never>;
}

/** A search for a name that a step gives to an object. */
interface NameSearch extends Search {
  readonly path: string;
  readonly name: string;
}

/**
 * Checks for a dry run that new names are not taken: two hosts cannot share a name or alias in a DNS view, and a name with a CNAME
 * record can have no other record.
 *
 * @throws {ConflictError} if a name is taken
 */
export async function checkNames(
  settings: IpamSettings,
  { steps, going, signal }: ComingNames,
): Promise<void> {
  const view = viewOfHosts(settings.dnsView, settings.networkView);
  const asked = steps.flatMap((one) => searchesFor(one, view));
  const searches = asked.map((one) => one.step);
  const found = await searchAll(settings, searches, signal);
  for (const [index, { path, name, noun }] of asked.entries()) {
    const holder = found[index]?.find(({ _ref }) => !going.includes(_ref));
    if (holder === undefined) continue;
    const message = `${path}: ${canonicalName(name)} is taken in DNS view "${view}", by ${noun}.`;
    throw new ConflictError(message, {
      ...{ status: 0, code: "ERR_INFOBLOX_NAME_TAKEN", method: "GET", path: holder._ref },
      hint: "Choose another name, or describe the object that has it.",
    });
  }
}

function searchesFor({ name: path, kind, request }: PlanStep, view: string): NameSearch[] {
  const named = request as NamedRequest;
  const { type, as, name, dns, aliases = [] } = named;
  if (name === undefined) return [];
  const all = (one: string, searches: readonly Search[]) =>
    searches.map((search) => ({ path, name: one, ...search }));
  if (kind === "address" && as === "host" && dns !== false)
    return [name, ...aliases.filter((alias) => alias.includes("."))].flatMap((one) =>
      all(one, [...hosts(one, view), of("CNAME", one, view)]),
    );
  if (kind !== "record" || type === undefined) return [];
  const own = ownName({ ...named, name }) ?? name;
  if (type !== "CNAME") return all(own, [of("CNAME", own, view)]);
  const others = ["A", "AAAA", "TXT", "MX", "SRV"] as const;
  return all(own, [...hosts(own, view), ...others.map((other) => of(other, own, view))]);
}

function of(kind: RecordKind, name: string, view: string): Search {
  const where = { name: canonicalName(name), view };
  return { noun: `a record of type ${kind}`, step: find(recordKinds[kind].type, where) };
}

/** Hosts of this name, and hosts that have it as an alias. */
function hosts(name: string, view: string): Search[] {
  return [
    { noun: "a host", step: find("record:host", { name: nameSearch(name), view }) },
    { noun: "a host, as an alias", step: find("record:host", { alias: canonicalName(name), view }) },
  ];
}

function find(type: string, where: object): Search["step"] {
  return search(type, where, { limit: 1 }) as Search["step"];
}
