import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const version = "2.12.1";
/** What a grid of that version has: a line for each type, `type = field field …`. */
const known = new Map(
  readFileSync(join(import.meta.dirname, "wapi-2.12.1.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [type = "", fields = ""] = line.split(" = ");
      return [type, fields.split(" ").filter((name) => name !== "")] as const;
    }),
);
/** A way to send several calls rather than a type with objects: no schema lists it. */
const apart = ["request"];

const grid = new Asked({ version });
const fieldsOf = (type: string): string[] =>
  grid
    .get(`${type}?_schema=1&_schema_version=1`, { version })
    .json.fields.map(({ name }: { name: string }) => name)
    .toSorted();

describe("WAPI 2.12.1", () => {
  it("has the object types of a grid", () => {
    const { supported_objects: types } = grid.get("?_schema", { version }).json;
    const expected = [...known.keys(), ...apart];
    expect(types.toSorted()).toEqual(expected.toSorted());
  });

  it.each([...known.keys()])("has the fields of %s", (type) => {
    const functions: string[] = grid
      .get(`${type}?_schema=1&_schema_version=2`, { version })
      .json.fields.filter(({ wapi_primitive: kind }: { wapi_primitive?: string }) => kind === "funccall")
      .map(({ name }: { name: string }) => name);
    const expected = known.get(type)?.filter((name) => !functions.includes(name));
    expect(fieldsOf(type)).toEqual(expected?.toSorted());
  });

  it("knows types that were renamed later by their old names alone", () => {
    expect(grid.get("threatanalytics:whitelist", { version }).status).toBe(200);
    expect(grid.get("threatinsight:allowlist", { version }).json.text).toBe(
      "Unknown object type (threatinsight:allowlist)",
    );
    const newer = new Asked();
    expect(newer.get("threatinsight:allowlist", { version: "2.13.1" }).status).toBe(200);
    expect(newer.get("threatanalytics:whitelist", { version: "2.13.1" }).status).toBe(400);
  });
});

describe("a type that was renamed later", () => {
  const grid = new Asked({ version });

  it("has its old name in references, which are taken", () => {
    const { json: ref } = grid.post("threatanalytics:whitelist", { fqdn: "example.com" }, { version });
    expect(ref).toMatch(/^threatanalytics:whitelist\//);
    const [found] = grid.get("threatanalytics:whitelist", { version }).json;
    expect(found._ref).toBe(ref);
    expect(grid.get(ref, { version }).json._ref).toBe(ref);
    expect(grid.delete(ref, { version }).json).toBe(ref);
  });

  it("is read by a client of that version", async () => {
    const old = FakeGrid.inMemory({ wapiVersion: version });
    const wapi = new WapiClient({ ...old.clientOptions, wapiVersion: version });
    const types = ["threatanalytics:whitelist", "hsm:safenetgroup", "ciscoise:endpoint"] as string[];
    for (const type of types) expect(await wapi.find(type as "network")).toEqual([]);
    const newer = new WapiClient({ ...FakeGrid.inMemory().clientOptions, wapiVersion: "2.13.1" });
    for (const type of types)
      await expect(newer.find(type as "network")).rejects.toThrow("unknown object type");
  });
});

describe("a type that newer versions have no more", () => {
  const grid = new Asked({ version });

  it("is made, found, changed and deleted where it is", () => {
    const made = grid.post("ciscoise:endpoint", { address: "192.0.2.9", type: "TEST" }, { version });
    expect(made.status).toBe(201);
    const found = () =>
      grid.get("ciscoise:endpoint?address=192.0.2.9&_return_fields=comment,disable", { version }).json;
    expect(found()).toEqual([{ _ref: made.json, disable: false }]);
    grid.put(made.json, { comment: "lab" }, { version });
    expect(found()).toEqual([{ _ref: made.json, disable: false, comment: "lab" }]);
    grid.delete(made.json, { version });
    expect(found()).toEqual([]);
  });

  it("is unknown to newer ones", () => {
    const answer = new Asked().get("ciscoise:endpoint", { version: "2.13.1" });
    expect(answer.json.text).toBe("Unknown object type (ciscoise:endpoint)");
  });
});

describe("between the versions whose schemas are known", () => {
  const isKnown = (version: string, target: string) => new Asked().get(target, { version }).status === 200;

  it.each([
    [
      "record:host?_return_fields=use_dns_ea_inheritance",
      "2.12.3 2.13.4 2.13.7 2.14",
      "2.12.1 2.12.2 2.13 2.13.1",
    ],
    ["record:ns?_return_fields=extattrs", "2.13.7", "2.12.3 2.13.1 2.13.6"],
    ["record:host?network=10.9.0.0/24", "2.13 2.13.1 2.13.7 2.14", "2.12 2.12.1 2.12.3"],
    ["record:https", "2.13.7 2.14", "2.12.3 2.13 2.13.6"],
    ["record:svcb", "2.13.7 2.14", "2.12.3 2.13 2.13.6"],
    ["adminuser?_return_fields=ssh_keys", "2.12.1 2.12.3 2.13.1", "2.12"],
    ["awsuser?_return_fields=govcloud_enabled", "2.13.1", "2.12.1 2.12.3 2.13"],
  ])("%s is known to %s, and not to %s", (target, known, unknown) => {
    for (const version of known.split(" ")) expect(isKnown(version, target), version).toBe(true);
    for (const version of unknown.split(" ")) expect(isKnown(version, target), version).toBe(false);
  });
});
