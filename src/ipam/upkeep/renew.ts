import { parseAddress, parseBlock } from "../../cidr.js";
import { ifFound, invalid } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { findAddress, meaningOfAddress } from "../addresses/address-target.js";
import { findRequestedAddress } from "../addresses/requested.js";
import type { AddressTarget } from "../addresses/requests.js";
import { changeObject } from "../engine/change.js";
import { fieldsOfType, typeOf } from "../engine/kinds.js";
import { theOnly } from "../engine/requested.js";
import { expiryOf, formatExpiry } from "../marks/expiry.js";
import type { Address, Subnet } from "../objects/results.js";
import {
  addressOfFixed,
  addressOfHost,
  type FixedRow,
  type HostRow,
  type SubnetRow,
  subnetOf,
} from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { findGateway, gatewayIp } from "../subnets/gateway.js";
import type { SubnetTarget } from "../subnets/requests.js";
import { findRequestedSubnet } from "../subnets/subnet-search.js";
import { subnetToChange } from "../subnets/subnet-target.js";
import type { RenewOptions } from "./requests.js";
import { checkUpkeepRequest } from "./schemas.js";

const example = "10.0.7.0/24";

/** See `Ipam.renew`. */
export async function renew(
  settings: IpamSettings,
  target: SubnetTarget | AddressTarget,
  given: unknown,
): Promise<Subnet | Address> {
  const options: RenewOptions = await checkUpkeepRequest("renew", given);
  const expires = expiryOf(settings, options);
  if (expires === undefined) throw invalid("expiresIn", undefined, "is needed, or expiresAt", 86_400);
  const thing = await thingOf(settings, target, options);
  if (!options.force) settings.ownership.refuseForeign(thing, placeOf(thing));
  return withExpiry(settings, thing, expires, options.signal);
}

/** The object of a target, as the grid holds it. A result is returned unchanged. */
async function thingOf(
  settings: IpamSettings,
  target: SubnetTarget | AddressTarget,
  options: RenewOptions,
): Promise<Subnet | Address> {
  const { networkView = settings.networkView } = options;
  if (typeof target === "object" && target !== null && "requestId" in target && !("ref" in target))
    return requested(settings, target.requestId, options);
  const named = blockNamed(target);
  if (named !== undefined) return (await subnetToChange(settings, named, { ...options, force: true })).subnet;
  const address = await findAddress(settings, meaningOfAddress(target as AddressTarget), options);
  if (address === undefined) throw notFound(`address ${JSON.stringify(target)}`, networkView);
  return address;
}

/** The target if it is a subnet; `undefined` for an address. */
function blockNamed(
  target: SubnetTarget | AddressTarget,
): string | Subnet | { readonly ref: string } | undefined {
  if (typeof target === "string") {
    const isBlock = parseAddress(target) === undefined && parseBlock(target) !== undefined;
    return isBlock || isSubnetRef(target) ? target : undefined;
  }
  if (typeof target !== "object" || target === null)
    throw invalid("target", target, "must be a result, a CIDR, an address, a reference or a name", example);
  if ("prefixLength" in target) return target;
  if ("ref" in target) return isSubnetRef(target.ref) ? { ref: target.ref as string } : undefined;
  return "cidr" in target ? target.cidr : undefined;
}

function isSubnetRef(text: unknown): boolean {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  return type === "network" || type === "ipv6network";
}

/** The subnet or address of a request id. @throws {AmbiguousTargetError} if the id stands for both */
async function requested(
  settings: IpamSettings,
  requestId: string,
  { networkView = settings.networkView, signal }: RenewOptions,
): Promise<Subnet | Address> {
  const wanted = { requestId, networkView, signal };
  const found: readonly (Subnet | Address | undefined)[] = await Promise.all([
    findRequestedSubnet(settings, wanted),
    findRequestedAddress(settings, wanted),
  ]);
  const things = found.filter((one) => one !== undefined);
  const thing = theOnly(things, requestId);
  if (thing === undefined) throw notFound(`object with the request id "${requestId}"`, networkView);
  return thing;
}

async function withExpiry(
  settings: IpamSettings,
  thing: Subnet | Address,
  expires: string,
  signal: AbortSignal | undefined,
): Promise<Subnet | Address> {
  const { wapi, ownership } = settings;
  const options = { fields: fieldsOfType(typeOf(thing)) as never };
  // The object that was read may lack its gateway, or be older than it.
  const gateway = isSubnet(thing) ? [findGateway(thing.family, thing.cidr, thing.networkView)] : [];
  const read = async (signal: AbortSignal | undefined): Promise<Subnet | Address | undefined> => {
    const get = step.get(thing.ref as Ref<"network">, options);
    const rows = await ifFound(wapi.batch([get, ...gateway], { signal }));
    return rows && resultOf(settings, thing, rows);
  };
  try {
    return await changeObject<Subnet | Address>(settings, {
      what: `the renewal of ${placeOf(thing)}`,
      object: thing,
      read,
      compose: (_now, ref, marks) => {
        const changes = { extattrs: { ...ownership.expiring(expires), ...marks.extattrs } };
        return {
          steps: [step.update(ref as Ref<"network">, changes, options), ...gateway],
          read: (rows) => resultOf(settings, thing, rows),
        };
      },
      isDone: (now) => now.expiresAt !== undefined && formatExpiry(now.expiresAt.getTime()) === expires,
      signal,
    });
  } catch (error) {
    throw ownership.explained(error);
  }
}

/** @param rows - the row of the object, and for a subnet those of its gateway */
function resultOf(
  { ownership: { expiryAttribute } }: IpamSettings,
  thing: Subnet | Address,
  [row, reserved]: readonly unknown[],
): Subnet | Address {
  if (isSubnet(thing)) {
    const [gateway] = (reserved ?? []) as Parameters<typeof gatewayIp>[0][];
    return subnetOf(row as SubnetRow, false, expiryAttribute, gatewayIp(gateway));
  }
  return thing.kind === "host"
    ? addressOfHost(row as HostRow, false, expiryAttribute, thing.ip)
    : addressOfFixed(row as FixedRow, false, expiryAttribute);
}

function isSubnet(thing: Subnet | Address): thing is Subnet {
  return "prefixLength" in thing;
}

function placeOf(thing: Subnet | Address): string {
  return isSubnet(thing) ? thing.cidr : (thing.name ?? thing.ip);
}
