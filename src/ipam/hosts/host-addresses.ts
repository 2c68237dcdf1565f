import { type Family, formatAddress } from "../../cidr.js";
import { AmbiguousTargetError, ConflictError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { checkClient } from "../addresses/address-client.js";
import { hostChanges } from "../addresses/address-drafts.js";
import {
  composeWanted,
  looksOfWanted,
  noAddressLeft,
  poolsOfWanted,
  type WantedAddress,
  wantedAddress,
} from "../addresses/wanted-address.js";
import { tokensIn } from "../engine/change.js";
import { checkedAddress, formatDuid, formatMac } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { chooserOf } from "../sources/source-choices.js";
import { type FullHostRow, type Host, type HostAddress, hostOf, hostRowFields } from "./host.js";
import { changeHost, composeUpdate, updateHost } from "./host-change.js";
import { hostToChange } from "./host-target.js";
import type { HostTarget } from "./requests.js";
import { checkHostRequest } from "./schemas.js";

/** See `Hosts.addAddress`. */
export async function addAddress(
  settings: IpamSettings,
  target: HostTarget,
  request: unknown,
): Promise<{ host: Host; address: HostAddress }> {
  const fields = await checkHostRequest("addAddress", request);
  const wanted = wantedAddress(settings, fields);
  checkClient(fields, [wanted.family]);
  const known = await hostToChange(settings, target, fields);
  let before = known;
  const { ownership } = settings;
  const tokens = new Set<string | undefined>();
  const host = await changeHost(settings, known, {
    what: `the change of ${known.name}`,
    compose: (now, ref, extattrs, { sourceOf }) => {
      before = now;
      tokens.add(tokensIn(ownership.lastChangeOf(extattrs as Pick<Host, "extattrs">))[0]);
      const { addresses, before: guards } = composeWanted([wanted], known.networkView, sourceOf);
      return composeUpdate(ref, { ...hostChanges({ add: addresses }), ...extattrs }, guards);
    },
    ...takingOf(settings, wanted, known, fields.signal),
  });
  // The grid keeps the order in which addresses were added.
  const ofFamily = host.addresses.filter(({ family }) => family === wanted.family);
  const added = ofFamily.filter(({ ip }) => !before.addresses.some((one) => one.ip === ip));
  // Other calls may have added addresses since, at most one with each change. These come after that of this call.
  const since = tokensIn(ownership.lastChangeOf(host)).findIndex((token) => tokens.has(token));
  const address = added.at(-1 - Math.min(Math.max(since, 0), added.length - 1)) ?? ofFamily.at(-1);
  if (address === undefined) throw notFound(`address of ${host.name}`, host.networkView);
  return { host, address };
}

/** The parts of a change that takes an address. */
function takingOf(
  settings: IpamSettings,
  wanted: WantedAddress,
  { name, networkView }: Host,
  signal: AbortSignal | undefined,
) {
  const pools = poolsOfWanted(settings, [wanted], networkView);
  return {
    ...looksOfWanted(settings, [wanted], networkView),
    sources: chooserOf(settings, { name, pools }, { signal, exhausted: noAddressLeft }),
    signal,
  };
}

/** See `Hosts.removeAddress`. */
export async function removeAddress(
  settings: IpamSettings,
  target: HostTarget,
  text: string,
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  const ip = formatAddress(checkedAddress("ip", text));
  const host = await hostToChange(settings, target, options);
  if (host.addresses.length === 1 && host.addresses[0]?.ip === ip) {
    const message = `${ip} is the only address of ${host.name}, and a host needs one; nothing was changed.`;
    throw new ConflictError(message, {
      ...{ status: 0, code: "ERR_INFOBLOX_LAST_ADDRESS", method: "PUT", path: host.ref },
      hint: "Release the whole host with releaseAddress, or add another address first.",
    });
  }
  const changed = await updateHost(settings, host, () => hostChanges({ remove: [ip] }), {
    isDone: (now) => !now.addresses.some((one) => one.ip === ip),
    signal: options.signal,
  });
  settings.pools.released([ip]);
  return changed;
}

/** See `Hosts.move`. */
export async function moveHost(settings: IpamSettings, target: HostTarget, request: unknown): Promise<Host> {
  const { to, from: replaced, ...fields } = await checkHostRequest("move", request);
  const wanted = wantedAddress(settings, { ...fields, from: to }, "to");
  const host = await hostToChange(settings, target, fields);
  const old = addressIn(host, wanted.family, replaced, "from");
  const moved = await changeHost(settings, host, {
    what: `the move of ${host.name}`,
    compose: (now, ref, extattrs, { sourceOf }) => {
      const { addresses, before } = composeWanted([wanted], host.networkView, sourceOf);
      // Read the address again: its reference may have changed since.
      const current = addressIn(now, wanted.family, old.ip, "from");
      return touching(now, ref, extattrs, [
        ...before,
        ...addresses.map(({ ip }) => inPlace(current, { [`ipv${current.family}addr`]: ip })),
      ]);
    },
    ...takingOf(settings, wanted, host, fields.signal),
  });
  settings.pools.released([old.ip]);
  return moved;
}

/** Steps that change a part of a host, write the token of its last change, and read the host. */
function touching(
  now: Host,
  ref: Ref,
  { extattrs }: { readonly extattrs?: ExtattrsToUpdate },
  steps: readonly (Step<unknown> | RawStep)[],
) {
  const host = ref as Ref<"record:host">;
  const touch = extattrs === undefined ? [] : [step.update(host, { extattrs }, { fields: ["name"] })];
  return {
    steps: [...touch, ...steps, step.get(now.ref, { fields: hostRowFields })],
    read: (results: readonly unknown[]) => hostOf(results.at(-1) as FullHostRow),
  };
}

/** Changes an address in place, so that all other values of it and its order among the host's addresses stay. */
function inPlace({ ref, family }: HostAddress, values: object): Step<unknown> {
  // The compiler cannot follow the type; the client checks the fields.
  const fields = [`ipv${family}addr`] as unknown as readonly ["ipv4addr"];
  return step.update(ref as Ref<"record:host_ipv4addr">, values, { fields });
}

/** See `Hosts.setMac` and `Hosts.setDuid`. */
export async function setClient(
  settings: IpamSettings,
  target: HostTarget,
  client: { readonly mac: string | null } | { readonly duid: string | null },
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("setClient", given);
  const { mac, duid } = await checkHostRequest("values", client);
  const host = await hostToChange(settings, target, options);
  const family = "mac" in client ? 4 : 6;
  const address = addressIn(host, family, options.ip, "ip");
  const wanted = (mac && formatMac(mac)) || (duid && formatDuid(duid)) || undefined;
  const values = { [family === 4 ? "mac" : "duid"]: wanted ?? "", configure_for_dhcp: wanted !== undefined };
  return changeHost(settings, host, {
    what: `the change of ${host.name}`,
    compose: (now, ref, extattrs) =>
      touching(now, ref, extattrs, [inPlace(addressIn(now, family, address.ip, "ip"), values)]),
    isDone: (now) => {
      const current = now.addresses.find(({ ip }) => ip === address.ip);
      return current !== undefined && (current.mac ?? current.duid) === wanted;
    },
    signal: options.signal,
  });
}

/** The address of a host that a call names, or its only one. @throws {AmbiguousTargetError} if it has several and none is named */
function addressIn(host: Host, family: Family, named: string | undefined, field: string): HostAddress {
  const ofFamily = host.addresses.filter((one) => one.family === family);
  if (named !== undefined) {
    const ip = formatAddress(checkedAddress(field, named));
    const found = ofFamily.find((one) => one.ip === ip);
    if (found !== undefined) return found;
    throw notFound(`IPv${family} address ${ip} of host ${host.name}`, host.networkView);
  }
  const [only, other] = ofFamily;
  if (only === undefined) throw notFound(`IPv${family} address of host ${host.name}`, host.networkView);
  if (other === undefined) return only;
  throw new AmbiguousTargetError(
    `${host.name} has several IPv${family} addresses: ${ofFamily.map(({ ip }) => ip).join(", ")}.`,
    { candidates: ofFamily.map(({ ref }) => ref), hint: `Pass one of them as ${field}.` },
  );
}
