/**
 * Notes which changes need a restart of services. Members serve their last configuration until they are restarted, so a
 * change to a zone, a network or a fixed address leaves a restart pending.
 *
 * Pending restarts are stored with each member's `restartservicestatus`. `objects/service-restart.ts` shows and ends
 * them.
 */

import type { Entity, Json } from "../store/entity.js";
import type { Grid } from "./rules.js";

/** As `grid:servicerestart:request` names them. */
export type Service = "DNS" | "DHCPV4" | "DHCPV6";
export const services: readonly Service[] = ["DNS", "DHCPV4", "DHCPV6"];

const status = "restartservicestatus";
const changedObject = "grid:servicerestart:request:changedobject";
/** How many changes are kept: more than an administrator reads. The oldest are dropped first. */
const mostChangesKept = 1_000;

const dnsTypes =
  /^(zone_|view$|nsgroup|sharedrecordgroup$|dtc:|bulkhost|namedacl$|dns64group$|recordnamepolicy$|ddns:|grid:dns$|member:dns$)/;
const recordTypes = /^(record|sharedrecord):(?!host_)/;
const dhcpv4Types =
  /^(network|networkcontainer|range|sharednetwork|fixedaddress|roaminghost|dhcpfailover|dhcpoption(definition|space)|filter\w+|macfilteraddress)$/;
const dhcpv6Types =
  /^ipv6(network|networkcontainer|range|sharednetwork|fixedaddress|dhcpoption(definition|space)|filteroption)$/;

/** The services that serve an object. DHCP serves a host if it serves one of its addresses. */
function servicesOf({ type, values }: Entity, grid: Grid): readonly Service[] {
  if (dnsTypes.test(type)) return ["DNS"];
  if (recordTypes.test(type)) return grid.assumptions.recordsNeedRestart ? ["DNS"] : [];
  if (dhcpv4Types.test(type)) return ["DHCPV4"];
  if (dhcpv6Types.test(type)) return ["DHCPV6"];
  if (type === "record:host_ipv4addr" && values["configure_for_dhcp"] === true) return ["DHCPV4"];
  if (type === "record:host_ipv6addr" && values["configure_for_dhcp"] === true) return ["DHCPV6"];
  return type.endsWith(":dhcpproperties") ? ["DHCPV4", "DHCPV6"] : [];
}

/** Leaves a restart pending if the object is or was served. `changed` are the fields in the request. */
export function noteChange(
  entity: Entity,
  action: "CREATED" | "MODIFIED" | "DELETED",
  changed: Iterable<string>,
  grid: Grid,
  before: Entity = entity,
): void {
  if (grid.seeding) return;
  const concerned = new Set([...servicesOf(before, grid), ...servicesOf(entity, grid)]);
  if (concerned.size === 0) return;
  // Guess restart-members (open; cannot): every member that runs the service, whichever serves this very object.
  for (const member of grid.all(status)) setPending(member, [...pendingOf(member), ...concerned], grid);
  keepChange(entity, action, [...changed], grid);
}

function keepChange(entity: Entity, action: string, changed_properties: readonly string[], grid: Grid): void {
  if (grid.store.count(changedObject) >= mostChangesKept) grid.store.remove(grid.first(changedObject).id);
  grid.create(changedObject, {
    action,
    changed_properties,
    changed_time: grid.clock.seconds(),
    object_name: grid.refName(entity).join("/"),
    object_type: entity.type,
    user_name: grid.user,
  });
}

/** The services of a member that run with outdated data. */
export function pendingOf({ values }: Entity): readonly Service[] {
  const pending = values["_pending"];
  return Array.isArray(pending) ? (pending as readonly Service[]) : [];
}

/** Sets the services that run with outdated data. If there are none on any member, clears the list of changes. */
export function setPending(member: Entity, pending: readonly Service[], grid: Grid): void {
  const next: readonly Json[] = services.filter((service) => pending.includes(service));
  if (next.length === pendingOf(member).length) return;
  grid.put({ ...member, values: { ...member.values, _pending: next } });
  if ([...grid.all(status)].some((one) => pendingOf(one).length > 0)) return;
  for (const change of [...grid.all(changedObject)]) grid.store.remove(change.id);
}
