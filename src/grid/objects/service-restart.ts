/**
 * Restarts services: functions of the grid and its members, and the objects that they leave.
 *
 * The status of a member is that of the last `requestrestartservicestatus`. A restart takes no time unless
 * `FakeGridOptions.restartSeconds` is set. Each leaves a `grid:servicerestart:request` for each member and service.
 */

import { memberNotFound, notFound, protocolError } from "../model/answers.js";
import type { Grid, ReadContext, Row, Rules } from "../model/rules.js";
import { pendingOf, type Service, services, setPending } from "../model/service-changes.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";

const statusType = "restartservicestatus";
const requestType = "grid:servicerestart:request";

/** Names of services in parameters, with the services that they stand for. */
const named: Readonly<Record<string, readonly Service[]>> = {
  ALL: services,
  DNS: ["DNS"],
  DHCP: ["DHCPV4", "DHCPV6"],
  DHCPV4: ["DHCPV4"],
  DHCPV6: ["DHCPV6"],
};

// --- functions -------------------------------------------------------------------------------------------------

export const gridRestartFunctions: NonNullable<Rules["functions"]> = {
  restartservices(_grid, parameters, grid) {
    if ("service_option" in parameters && !("member_order" in parameters))
      throw protocolError("'member_order' required");
    return restart(membersNamed(parameters, grid), parameters, grid);
  },
  requestrestartservicestatus: (_grid, parameters, grid) =>
    askStatus([...grid.all(statusType)], parameters, grid),
};

export const memberRestartFunctions: NonNullable<Rules["functions"]> = {
  restartservices: (member, parameters, grid) =>
    restart(grid.linked(statusType, "member", member.id), parameters, grid),
  requestrestartservicestatus: (member, parameters, grid) =>
    askStatus(grid.linked(statusType, "member", member.id), parameters, grid),
};

/** The members of `members` and `groups`; all members if both are empty. */
function membersNamed({ members, groups }: JsonObject, grid: Grid): Entity[] {
  const names = [...textsOf(members), ...textsOf(groups).flatMap((group) => membersOfGroup(group, grid))];
  if (names.length === 0) return [...grid.all(statusType)];
  return [...new Set(names)].flatMap((name) => {
    const [member] = grid.find("member", "host_name", name);
    if (!member) throw memberNotFound(name);
    return grid.linked(statusType, "member", member.id);
  });
}

function membersOfGroup(name: string, grid: Grid): string[] {
  const [group] = grid.find("grid:servicerestart:group", "name", name);
  // Guess restart-group-sentence (open; cannot): the sentence.
  if (!group) throw notFound(`Restart group ${name} not found`);
  return textsOf(group.values["members"]);
}

function servicesNamed({ services: several, service_option: one }: JsonObject): readonly Service[] {
  const names = [...textsOf(several), ...textsOf(one)];
  return names.length === 0 ? services : names.flatMap((name) => named[name] ?? []);
}

function textsOf(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** Restarts services. Without `FORCE_RESTART`, only those that run with outdated data. */
function restart(members: readonly Entity[], parameters: JsonObject, grid: Grid): JsonObject {
  const forced = parameters["restart_option"] === "FORCE_RESTART";
  const wanted = servicesNamed(parameters);
  for (const member of members) {
    const running = wanted.filter((service) => runs(member, service, grid));
    const pending = pendingOf(member);
    for (const service of running) {
      leaveRequest(member, service, { needed: pending.includes(service), forced }, grid);
    }
    const left = pending.filter((service) => !running.includes(service));
    setPending(member, left, grid);
    rememberStatus(member.id, running, grid);
  }
  return {};
}

/**
 * The last restart of a service on a member. Guess restart-history (open; cannot): that an earlier one is forgotten.
 */
function leaveRequest(
  member: Entity,
  service: Service,
  { needed, forced }: { readonly needed: boolean; readonly forced: boolean },
  grid: Grid,
): void {
  const restarts = needed || forced;
  const before = grid.linked(requestType, "member", member.links["member"] ?? 0);
  for (const one of before) if (one.values["service"] === service) grid.delete(one);
  const values = {
    forced,
    last_updated_time: grid.clock.seconds(),
    needed: needed ? "YES" : "NO",
    order: 0,
    service,
    _result: restarts ? "SUCCESS" : "NORESTART",
    _done: grid.clock.seconds() + (restarts ? grid.restartSeconds : 0),
  };
  grid.create(requestType, values, { member: member.links["member"] ?? 0 });
}

function askStatus(members: readonly Entity[], parameters: JsonObject, grid: Grid): JsonObject {
  for (const member of members) rememberStatus(member.id, servicesNamed(parameters), grid);
  return {};
}

/** Sets what `restartservicestatus` shows from now on for these services. */
function rememberStatus(id: number, asked: readonly Service[], grid: Grid): void {
  const member = grid.get(id);
  if (!member) return;
  const pending = pendingOf(member);
  const known = Object.fromEntries(
    asked.map((service) => [`_${service}`, pending.includes(service) ? "YES" : "NO"]),
  );
  grid.put({ ...member, values: { ...member.values, ...known } });
}

// --- what there is to read -------------------------------------------------------------------------------------

/** The fields of a member's `restartservicestatus`. */
export const readStatus: NonNullable<Rules["read"]> = {
  dns_status: (member, { grid }) => statusOf(member, ["DNS"], grid),
  dhcp_status: (member, { grid }) => statusOf(member, ["DHCPV4", "DHCPV6"], grid),
  // Guess reporting-status (open; cannot): no member reports.
  reporting_status: () => "DISABLED",
};

function statusOf(member: Entity, of: readonly Service[], grid: Grid): string {
  const running = of.filter((service) => runs(member, service, grid));
  if (running.length === 0) return "DISABLED";
  // Guess restart-under-way (open; cannot): the word for a restart that is under way.
  if (running.some((service) => isUnderWay(member, service, grid))) return "RESTART_PENDING";
  const known = running.map((service) => member.values[`_${service}`]);
  if (known.includes("YES")) return "YES";
  return known.includes("NO") ? "NO" : "NO_REQUEST";
}

function isUnderWay(member: Entity, service: Service, grid: Grid): boolean {
  const requests = grid.linked(requestType, "member", member.links["member"] ?? 0);
  return requests.some((one) => one.values["service"] === service && !isDone(one, grid));
}

/** Whether a service is enabled on a member. */
function runs(member: Entity, service: Service, grid: Grid): boolean {
  const type = service === "DNS" ? "member:dns" : "member:dhcpproperties";
  const [properties] = grid.linked(type, "member", member.links["member"] ?? 0);
  return properties !== undefined && grid.read(properties, switchOf[service]) === true;
}

const switchOf: Readonly<Record<Service, string>> = {
  DNS: "enable_dns",
  DHCPV4: "enable_dhcp",
  DHCPV6: "enable_dhcpv6_service",
};

function isDone({ values }: Entity, grid: Grid): boolean {
  return Number(values["_done"]) <= grid.clock.seconds();
}

const requestRules: Rules = {
  type: requestType,
  internal: "one.service_restart_request",
  name: (request, grid) => [String(grid.read(request, "member")), String(request.values["service"])],
  names: { member: { link: "member", type: "member", field: "host_name", notFound: memberNotFound } },
  read: {
    error: () => "",
    group: () => "",
    state: (request, { grid }) => (isDone(request, grid) ? "FINISHED" : "PROCESSING"),
    result: (request, { grid }) => (isDone(request, grid) ? request.values["_result"] : undefined),
  },
};

/** The last restart in numbers, for the grid as a whole. */
function summary(grid: Grid): Row {
  const requests = [...grid.all(requestType)];
  const done = requests.filter((one) => isDone(one, grid));
  const processing = requests.length - done.length;
  const pending = [...grid.all(statusType)].flatMap((member) => [...pendingOf(member)]).length;
  const ended = (result: string) => done.filter(({ values }) => values["_result"] === result).length;
  const values = {
    failures: 0,
    finished: done.length,
    grouped: "GRID",
    needed_restart: requests.filter(({ values }) => values["needed"] === "YES").length,
    no_restart: ended("NORESTART"),
    parent: String(grid.first("grid").values["name"]),
    pending: 0,
    pending_restart: pending,
    processing,
    restarting: processing,
    success: ended("SUCCESS"),
    timeouts: 0,
  };
  return { type: "grid:servicerestart:status", id: 0, key: summaryKey, links: {}, values };
}

const summaryKey = "one.service_restart_status$0";

const summaryRules: Rules = {
  type: "grid:servicerestart:status",
  name: ({ values }) => [String(values["parent"])],
  rows: (_conditions, grid) => ({ rows: [summary(grid)] }),
  row: (key, grid) => (key === summaryKey ? summary(grid) : undefined),
};

/** The grid's own field. Guess restart-summary-reference (open; cannot): the reference of its summary. */
export function restartStatus(_grid: Entity, { grid }: ReadContext): Json {
  return grid.ref(summary(grid));
}

export const serviceRestartRules: readonly Rules[] = [
  requestRules,
  summaryRules,
  { type: "grid:servicerestart:request:changedobject", internal: "one.changed_object" },
];
