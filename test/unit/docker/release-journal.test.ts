import { join } from "node:path";
import { UncertainWriteError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { type PendingRelease, ReleaseJournal } from "../../../src/docker/release-journal.js";
import { StateFile } from "../../../src/docker/state-file.js";
import { workplace } from "./workplace.js";

const here = workplace();
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const take = { requestId: "docker/host-a/1", networkView: "docker" };
const unknown = new UncertainWriteError("lost", { method: "POST", path: "request", hint: "look" });

/** A journal at a time, with a grid on which a take shows once it has come. */
function open(grid: { hasIt: boolean; now: number }) {
  const released: PendingRelease[] = [];
  const release = async (one: PendingRelease) => {
    if (grid.hasIt) released.push(one);
    return grid.hasIt;
  };
  const file = new StateFile(join(here.folder, "host-a.json"), silent);
  const journal = new ReleaseJournal(file, release, { logger: silent, now: () => grid.now });
  here.closing.push(() => journal.close());
  return { journal, released };
}

describe("a take whose fate is unknown", () => {
  // The first repetition once forgot it: what the grid did after that stayed for ever.
  it("is rolled back when the grid carries it out after the first repetition", async () => {
    const grid = { hasIt: false, now: Date.now() };
    const { journal, released } = open(grid);
    await expect(journal.taking(take, () => Promise.reject(unknown))).rejects.toBe(unknown);
    await journal.repeat();
    expect([journal.pending, released]).toEqual([[take], []]);
    grid.hasIt = true;
    grid.now += 10_000;
    await journal.repeat();
    expect(released).toEqual([take]);
  });

  // It was forgotten with its first roll back: a second delivery of the request stayed.
  it("is looked for during two minutes, also once it is rolled back", async () => {
    const grid = { hasIt: true, now: Date.now() };
    const { journal, released } = open(grid);
    await expect(journal.taking(take, () => Promise.reject(unknown))).rejects.toBe(unknown);
    await journal.repeat();
    grid.now += 10_000;
    await journal.repeat();
    expect([journal.pending, released]).toEqual([[take], [take, take]]);
    grid.now += 111_000;
    await journal.repeat();
    expect(journal.pending).toEqual([]);
  });

  it("is not rolled back beside the same take made anew", async () => {
    const events: string[] = [];
    let finish = () => {};
    const release = async () => {
      await new Promise<void>((done) => {
        finish = done;
      });
      events.push("rolled back");
      return true;
    };
    const file = new StateFile(join(here.folder, "host-a.json"), silent);
    const journal = new ReleaseJournal(file, release, { logger: silent, now: Date.now });
    here.closing.push(() => journal.close());
    await expect(journal.taking(take, () => Promise.reject(unknown))).rejects.toBe(unknown);
    const round = journal.repeat();
    const taking = journal.taking(take, async () => events.push("taken"));
    await new Promise((done) => setTimeout(done, 20));
    finish();
    await Promise.all([round, taking]);
    expect(events).toEqual(["rolled back", "taken"]);
    expect(journal.pending).toEqual([]);
  });

  it("is forgotten when nothing came of it for two minutes", async () => {
    const grid = { hasIt: false, now: Date.now() };
    const { journal } = open(grid);
    await expect(journal.taking(take, () => Promise.reject(unknown))).rejects.toBe(unknown);
    grid.now += 121_000;
    await journal.repeat();
    expect(journal.pending).toEqual([]);
  });

  it("counts its two minutes anew in the next process", async () => {
    const grid = { hasIt: false, now: Date.now() };
    const { journal } = open(grid);
    await expect(journal.taking(take, () => Promise.reject(unknown))).rejects.toBe(unknown);
    grid.now += 3_600_000;
    const next = open(grid);
    await next.journal.repeat();
    expect(next.journal.pending).toEqual([take]);
  });
});
