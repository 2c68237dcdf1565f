/** The servers of a network or range: members of the grid, by name or address, or Microsoft servers. */

import { conflict, memberNotFound } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { networkViewOf } from "./network-place.js";

/** Fills in what the grid knows about each member. Refuses unknown ones and those that serve another network view. */
export function settleMembers(draft: Draft, grid: Grid): void {
  if (!draft.given.has("members")) return;
  const members = draft.values["members"];
  if (!Array.isArray(members)) return;
  draft.values["members"] = members.map((member: JsonObject) =>
    member["_struct"] === "msdhcpserver" ? member : servingMember(member, draft, grid),
  );
}

function servingMember(given: JsonObject, draft: Draft, grid: Grid): Json {
  const settled = settledMember(given, grid);
  const other = otherViewServed(String(settled["name"]), networkViewOf(draft, grid), grid);
  if (other) {
    const server = settled["ipv4addr"] ?? settled["name"];
    throw conflict(`Member ${server} is assigned to another network view '${other.values["name"]}'`);
  }
  return { _struct: "dhcpmember", ...settled };
}

/** Name and addresses of the given member. */
export function settledMember(given: JsonObject, grid: Grid): JsonObject {
  for (const member of grid.all("member")) {
    const known = describe(member);
    const named = Object.entries(given).filter(([name, value]) => name in known && value !== "");
    if (named.length > 0 && named.every(([name, value]) => known[name] === value)) return known;
  }
  throw memberNotFound(String(given["name"] ?? given["ipv4addr"] ?? given["ipv6addr"] ?? ""));
}

/** `{ ipv4addr, ipv6addr, name }`, as far as the member has them. */
function describe({ values }: Entity): JsonObject {
  const ipv4addr = member(values["vip_setting"], "address");
  const ipv6addr = member(values["ipv6_setting"], "virtual_ip");
  return {
    ...(ipv4addr === undefined ? {} : { ipv4addr }),
    ...(ipv6addr === undefined ? {} : { ipv6addr }),
    name: values["host_name"] ?? "",
  };
}

function member(struct: Json | undefined, name: string): Json | undefined {
  return typeof struct === "object" && struct !== null && !Array.isArray(struct)
    ? (struct as JsonObject)[name]
    : undefined;
}

/** Another network view in which the member serves a network. A member may serve one view only. */
function otherViewServed(name: string, view: Entity, grid: Grid): Entity | undefined {
  for (const other of grid.all("networkview")) {
    if (other.id !== view.id && servesView(name, other, grid)) return other;
  }
  return undefined;
}

function servesView(name: string, view: Entity, grid: Grid): boolean {
  return ["network", "ipv6network"].some(
    (type) => grid.store.indexedCount(type, "members by view", membersByView, `${view.id}/${name}`) > 0,
  );
}

function membersByView(network: Entity): string[] {
  return memberNames(network).map((name) => `${network.links["networkView"]}/${name}`);
}

/** Names of the members that serve a network. */
export function memberNames({ values }: Entity): string[] {
  const members = Array.isArray(values["members"]) ? values["members"] : [];
  return members.map(({ name }: JsonObject) => name).filter((name) => typeof name === "string");
}
