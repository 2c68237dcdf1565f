import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "../../../../src/grid/controls/persistence.js";
import { Store } from "../../../../src/grid/store/store.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  file = join(folder, "grid.data");
});
afterEach(() => rmSync(folder, { recursive: true }));

const network = (id: number, comment = "") => ({
  type: "network",
  id,
  key: `dns.network$10.0.${id}.0/24/0`,
  values: { comment },
  links: {},
});

function open(): { store: Store; journal: Journal } {
  const store = new Store();
  return { store, journal: new Journal(store, file) };
}

function write(store: Store, ...comments: string[]): void {
  for (const comment of comments) {
    store.transaction(() => {
      store.serial("network");
      store.put(network(store.nextId(), comment));
    });
  }
}

const comments = (store: Store) => [...store.all("network")].map(({ values }) => values["comment"]);

describe("journal", () => {
  it("gives back objects, ids and serial numbers after a restart", () => {
    const first = open();
    write(first.store, "a", "b");
    first.store.transaction(() => first.store.remove(1));
    first.journal.close();
    const { store } = open();
    expect(store.snapshot()).toEqual(first.store.snapshot());
    expect(store.nextId()).toBe(3);
    expect(store.serial("network")).toBe(2);
  });

  it("has every committed write on disk without being closed", () => {
    const { store } = open();
    write(store, "a");
    expect(comments(open().store)).toEqual(["a"]);
  });

  it("undoes a transaction that could not be written", () => {
    const { store, journal } = open();
    write(store, "a");
    store.onCommit(() => {
      throw new Error("no space left on device");
    });
    expect(() => write(store, "b")).toThrow(/no space left/);
    expect(comments(store)).toEqual(["a"]);
    expect(store.nextId()).toBe(2);
    journal.close();
  });

  it("keeps nothing of a transaction that failed", () => {
    const { store } = open();
    write(store, "a");
    expect(() =>
      store.transaction(() => {
        store.put(network(store.nextId(), "b"));
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(comments(open().store)).toEqual(["a"]);
  });

  it("drops a line that was cut off at any byte, and goes on after it", () => {
    const { store } = open();
    write(store, "a");
    const whole = readFileSync(file).length;
    write(store, "b");
    const longer = readFileSync(file);
    for (let length = whole; length < longer.length; length += 1) {
      writeFileSync(file, longer);
      truncateSync(file, length);
      const again = open();
      expect(comments(again.store)).toEqual(["a"]);
      write(again.store, "c");
      expect(comments(open().store)).toEqual(["a", "c"]);
    }
  });

  it("is left whole by a rewrite that died before its rename", () => {
    const { store } = open();
    write(store, "a");
    appendFileSync(`${file}.new`, '{"format":"infob');
    expect(comments(open().store)).toEqual(["a"]);
  });

  it("keeps a restored snapshot, which no transaction tells of", () => {
    const { store, journal } = open();
    write(store, "a");
    const snapshot = store.snapshot();
    write(store, "b");
    store.restore(snapshot);
    journal.rewrite();
    expect(comments(open().store)).toEqual(["a"]);
  });

  it("refuses a file that is something else, and leaves it alone", () => {
    writeFileSync(file, "shopping list\n");
    expect(open).toThrow(/not a grid's data file/);
    expect(readFileSync(file, "utf8")).toBe("shopping list\n");
  });
});
