import { invalid, SubnetInUseError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { isTooNew } from "../dns/find-records.js";
import { slices } from "../engine/chunk-size.js";
import { compareAndDelete, stillStanding } from "../engine/delete.js";
import { fieldsOfType, type Made, readRows, typeOf } from "../engine/kinds.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { findUsed, inTheWay } from "../objects/in-use.js";
import { recordKinds, recordTypes } from "../objects/record-kinds.js";
import { hasMarks, kindOfType } from "../objects/records.js";
import { gatewayComment, isReserved } from "../objects/reservations.js";
import type { Subnet } from "../objects/results.js";
import type { PlanIntent } from "../plan/intent.js";
import type { IpamSettings } from "../settings/settings.js";
import { findGateway, gatewayIp } from "../subnets/gateway.js";
import { recount } from "../subnets/recount.js";
import type { DesiredKind, DesiredState } from "./description.js";
import type { Found, Row } from "./entry.js";
import type { Looking } from "./looking.js";
import { placeOf } from "./scope.js";

/** An object to delete: no entry describes it, or another object replaces it. */
export interface Surplus {
  readonly kind: DesiredKind;
  readonly key: string;
  readonly row: Row;
  /** Whether a new object gets its request id. */
  readonly isReplaced?: boolean;
  /** For a subnet: how many of its addresses are in use when it is deleted. */
  inUse?: number;
}

/** The kinds in the order of their deletion: contents before what contains them. */
const order: readonly DesiredKind[] = [
  "record",
  "host",
  "fixed",
  "reservation",
  "range",
  "subnet",
  "container",
];

/** The object types of each list of a description. */
const typesOf: Partial<Record<keyof DesiredState, readonly string[]>> = {
  // NS records have no marks, so their owner is not known.
  records: recordTypes.filter(hasMarks).map((kind) => recordKinds[kind].type),
  hosts: ["record:host"],
  fixedAddresses: ["fixedaddress", "ipv6fixedaddress"],
  reservations: ["fixedaddress", "ipv6fixedaddress"],
  ranges: ["range", "ipv6range"],
  subnets: ["network", "ipv6network"],
  containers: ["networkcontainer", "ipv6networkcontainer"],
};

/** An object as its entry would name it. */
function named(type: string, row: Row): Pick<Surplus, "kind" | "key" | "row"> {
  const [record, key] = [kindOfType(type), placeOf(row) ?? ""];
  if (record !== undefined) return { kind: "record", key: `${record} ${row["name"]}`, row };
  if (type === "record:host") return { kind: "host", key: String(row["name"]), row };
  if (type.endsWith("range")) return { kind: "range", key: `${row["start_addr"]}-${row["end_addr"]}`, row };
  if (type.endsWith("fixedaddress")) return { kind: isReserved(row) ? "reservation" : "fixed", key, row };
  return { kind: type.endsWith("container") ? "container" : "subnet", key, row };
}

/**
 * The objects of this owner, of the kinds that the description has a list of.
 *
 * @throws {InvalidRequestError} if the `Ipam` has no owner, or owners are not written
 */
export async function ownedBefore(
  settings: IpamSettings,
  desired: DesiredState,
  signal: AbortSignal | undefined,
): Promise<Surplus[]> {
  const { whereOwned } = settings.ownership;
  if (whereOwned === undefined) {
    throw invalid("prune", true, "needs an owner, whose objects it may delete: new Ipam({ owner })", false);
  }
  const owned: Surplus[] = [];
  const listed = Object.entries(typesOf).filter(
    ([list]) => desired[list as keyof DesiredState] !== undefined,
  );
  for (const type of new Set(listed.flatMap(([, types]) => types))) {
    if (isTooNew(settings.wapi, type)) continue;
    for (const row of await rowsOf(settings, type, whereOwned, signal)) {
      const one = named(type, row);
      const isOwned = row.comment !== gatewayComment && settings.ownership.owns(row);
      if (isListed(one.kind, desired) && isOwned && !isOfOthers(settings, desired, row)) owned.push(one);
    }
  }
  return owned;
}

/**
 * The objects of this owner that no entry describes. `owned` was read before the entries were searched, so it has no objects that
 * another call with the same description makes meanwhile.
 */
export function undescribed(owned: readonly Surplus[], found: readonly Found[]): Surplus[] {
  const described = new Set(
    found.flatMap(({ row, surplus }) => [row, ...surplus].flatMap((one) => one?._ref ?? [])),
  );
  return owned
    .filter(({ row }) => !described.has(row._ref))
    .sort((one, other) => orderOf(one) - orderOf(other));
}

/** Whether another description or a single request has made the object, by its request id. False if this description has no name. */
function isOfOthers(
  { ownership }: IpamSettings,
  { name, requestId = name }: DesiredState,
  row: Row,
): boolean {
  const id = ownership.requestIdOf(row);
  return id !== undefined && requestId !== undefined && !id.startsWith(`${requestId}/`);
}

/**
 * The other records of sets that the description has completely (`exclusive`).
 *
 * @throws {OwnershipError} if one has another owner
 */
export function beside({ ownership }: IpamSettings, found: readonly Found[]): Surplus[] {
  return found.flatMap(({ entry: { kind, key }, surplus }) =>
    surplus.map((row) => {
      ownership.refuseForeign(row, key);
      return { kind, key, row };
    }),
  );
}

/** Whether the description has the list of a kind. Reservations and fixed addresses are of one type, but in two lists. */
function isListed(kind: DesiredKind, { fixedAddresses, reservations }: DesiredState): boolean {
  if (kind === "fixed") return fixedAddresses !== undefined;
  return kind !== "reservation" || reservations !== undefined;
}

/** The order of deletion: by kind, and smaller blocks first. */
function orderOf({ kind, row }: Surplus): number {
  const length = Number(String(row["network"] ?? "").split("/")[1] ?? 0);
  const isBlock = kind === "subnet" || kind === "container";
  return order.indexOf(kind) * 1000 - (isBlock ? length : 0);
}

/** Reads the objects of a type. The compiler cannot follow the type; the client checks it. */
async function rowsOf(
  { wapi, networkView, dnsView }: IpamSettings,
  type: string,
  whereOwned: object,
  signal: AbortSignal | undefined,
): Promise<readonly Row[]> {
  const isRecord = type.startsWith("record:") && type !== "record:host";
  const view = isRecord ? { ...(dnsView !== undefined && { view: dnsView }) } : { network_view: networkView };
  const rows = await wapi.find(type as "network", {
    where: { ...view, ...whereOwned },
    fields: fieldsOfType(type) as readonly ["network"],
    signal,
  });
  return rows as unknown as readonly Row[];
}

/**
 * Refuses to delete a subnet with addresses in use that are not deleted, too. A grid would delete its fixed addresses with it.
 *
 * @throws {SubnetInUseError} if such an address is in use
 */
export async function refuseInUse(
  { wapi, networkView }: IpamSettings,
  surplus: readonly Surplus[],
  { signal, end }: Looking,
): Promise<void> {
  const going = new Set<string>(surplus.map(({ row }) => row._ref));
  const subnets = surplus.filter(({ kind }) => kind === "subnet");
  for (const some of slices(subnets, 50)) {
    const steps = some.flatMap(({ key }) => [
      findUsed(key.includes(":") ? 6 : 4, key, networkView, true),
      findGateway(key.includes(":") ? 6 : 4, key, networkView) as Step<readonly unknown[]>,
    ]);
    const [, results] = await batchWithAddresses(wapi, [], steps as Step<readonly never[]>[], { signal });
    for (const [index, one] of some.entries()) {
      const { key } = one;
      const used = results[2 * index] ?? [];
      const gateway = gatewayIp(results[2 * index + 1]?.[0]);
      const staying = used.filter(({ objects = [] }: { objects?: readonly string[] }) =>
        objects.length === 0 ? true : objects.some((ref) => !going.has(ref)),
      );
      one.inUse = staying.length;
      const inUse = inTheWay(staying, gateway);
      if (inUse.length === 0) continue;
      const message = `${key} is not described any more, but has addresses in use: ${inUse.join(", ")}. ${end}`;
      const hint = "Release these first, or describe the subnet.";
      throw new SubnetInUseError(message, { subnet: key, inUse, hint });
    }
  }
}

/** The deletions as intents. Each deletes only the object that was found. */
export function deletionsOf(settings: IpamSettings, surplus: readonly Surplus[]): PlanIntent[] {
  return surplus.map(({ kind, key, row, inUse = 0 }) => {
    const type = typeOf({ ref: row._ref as Ref });
    const [thing] = readRows(type, [row], settings.ownership.expiryAttribute);
    const isGone = async (signal: AbortSignal | undefined) =>
      thing !== undefined && (await stillStanding(settings, [{ thing }], signal)).length === 0;
    let hasGone = false;
    return {
      ...{ name: `${kind} ${key} ${row._ref}`, noun: "deletion", needs: [], pools: [] },
      known: { kind: "release", name: key, type: "" },
      summary: `a deletion of ${kind} ${key}`,
      keepsItsPlace: true,
      lookAgain: async (_error, signal) => {
        if (hasGone) return false;
        hasGone = await isGone(signal);
        return hasGone;
      },
      compose: () => ({
        steps: hasGone || thing === undefined ? [] : deletionOf(settings, kind, thing, inUse),
        main: undefined,
        read: () => ({ released: !hasGone, reason: hasGone ? "gone" : "deleted" }),
      }),
      afterLoss: {
        mayRepeat: () => true,
        seen: async (_refOf, signal) => {
          hasGone ||= await isGone(signal);
          return hasGone ? { released: true, reason: "deleted" } : undefined;
        },
      },
    } satisfies PlanIntent;
  });
}

/** The steps of a deletion. A container must not delete its subnets, and a subnet must not delete addresses that are new in it. */
function deletionOf(
  settings: IpamSettings,
  kind: DesiredKind,
  thing: Made,
  inUse: number,
): readonly Step<unknown>[] {
  if (kind === "container") return compareAndDelete(settings, thing, { args: { remove_subnets: false } });
  const before = kind === "subnet" ? recount(settings, thing as Subnet, inUse) : [];
  return [...before, ...compareAndDelete(settings, thing)];
}
