import { type Family, formatAddress } from "../../cidr.js";
import { AmbiguousTargetError, ConflictError, invalid } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Updatable } from "../../wapi/types.js";
import { takeOff } from "../addresses/address-release.js";
import { takeWanted, type WantedAddress, wantedAddress } from "../addresses/wanted-address.js";
import { uncertain, writtenOnce } from "../once/lost-answers.js";
import type { IpamSettings } from "../settings.js";
import { notFound } from "../sources/pool.js";
import { checkedAddress, formatDuid, formatMac } from "../syntax.js";
import { type FullHostRow, type Host, type HostAddress, hostOf, hostRowFields } from "./host.js";
import { hostToChange, isHost } from "./host-target.js";
import type { HostClient, HostTarget } from "./requests.js";
import { checkHostRequest } from "./schemas.js";

/** See `Hosts.addAddress`. */
export async function addAddress(
  settings: IpamSettings,
  target: HostTarget,
  request: unknown,
): Promise<{ host: Host; address: HostAddress }> {
  const fields = await checkHostRequest("addAddress", request);
  const wanted = wantedAddress(settings, fields);
  refuseOtherClient(wanted.family, fields);
  const known = await hostToChange(settings, target, fields);
  const { ref, networkView } = known;
  const { signal } = fields;
  const host = await writtenOnce(settings, {
    write: () =>
      takeWanted(settings, wanted, { networkView, signal }, async (ip, before) => {
        const change = addition(ref, wanted.family, ip, fields);
        const results = await settings.wapi.batch([...before, change], { signal });
        return hostOf(results.at(-1) as FullHostRow);
      }),
    look: async (lost) => {
      const now = await hostNow(settings, ref, signal);
      const added = addedTo(known, now, wanted, fields);
      if (added.length === 0) return undefined;
      const [{ mac, duid } = {}] = added;
      const isOurs = wanted.kind === "explicit" || (mac ?? duid) !== undefined || !isHost(target);
      if (added.length === 1 && isOurs) return now;
      // Since the host was read, others may have given it these.
      const ips = added.map(({ ip }) => ip).join(", ");
      throw uncertain(lost, `If it was, the address is one of these of ${known.name}: ${ips}.`, undefined);
    },
    lookFor: `Look which addresses ${known.name} has: if it was done, there is one more.`,
    signal,
  });
  // The grid keeps the order in which addresses were given.
  const address =
    addedTo(known, host, wanted, fields).at(-1) ??
    host.addresses.filter(({ family }) => family === wanted.family).at(-1);
  if (address === undefined) throw notFound(`address of ${host.name}`, networkView);
  return { host, address };
}

/** The addresses that a host has got since, and that can be the one that was wanted. */
function addedTo(
  known: Host,
  now: Host,
  wanted: WantedAddress,
  { mac, duid }: HostClient,
): readonly HostAddress[] {
  const client = (mac && formatMac(mac)) ?? (duid && formatDuid(duid));
  return now.addresses.filter(
    (one) =>
      one.family === wanted.family &&
      !known.addresses.some(({ ip }) => ip === one.ip) &&
      (one.mac ?? one.duid) === client &&
      (wanted.kind === "next" || one.ip === formatAddress(wanted.address)),
  );
}

async function hostNow(
  { wapi }: IpamSettings,
  ref: Host["ref"],
  signal: AbortSignal | undefined,
): Promise<Host> {
  return hostOf(await wapi.get(ref, { fields: hostRowFields, signal }));
}

/** As a change of the list, so that what others do to it meanwhile stays. */
function addition(
  ref: Ref<"record:host">,
  family: Family,
  ip: string | NextAvailable<"ip">,
  { mac, duid }: HostClient,
): Step<FullHostRow> {
  const dhcp = { configure_for_dhcp: (mac ?? duid) !== undefined };
  const options = { fields: hostRowFields };
  if (family === 4) {
    const entry = { ipv4addr: ip, ...(mac !== undefined && { mac: formatMac(mac) }), ...dhcp };
    return step.update(ref, { ipv4addrs: listChange({ add: [entry] }) }, options);
  }
  const entry = { ipv6addr: ip, ...(duid !== undefined && { duid: formatDuid(duid) }), ...dhcp };
  return step.update(ref, { ipv6addrs: listChange({ add: [entry] }) }, options);
}

/** See `Hosts.removeAddress`. */
export async function removeAddress(
  settings: IpamSettings,
  target: HostTarget,
  text: string,
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  const address = checkedAddress("ip", text);
  const ip = formatAddress(address);
  const host = await hostToChange(settings, target, options);
  refuseLast(host, ip);
  const { signal } = options;
  const { wapi } = settings;
  let row: FullHostRow | undefined;
  const update = async (changes: Updatable<"record:host">) => {
    row = await wapi.update(host.ref, changes, { fields: hostRowFields, signal });
  };
  await takeOff(settings, host.ref, address, update, signal);
  settings.pools.released([ip]);
  return hostOf(row ?? (await wapi.get(host.ref, { fields: hostRowFields, signal })));
}

function refuseLast({ addresses, name, ref }: Host, ip: string): void {
  if (addresses.length !== 1 || addresses[0]?.ip !== ip) return;
  throw new ConflictError(
    `${ip} is the only address of ${name}, and a host needs one; nothing was changed.`,
    {
      ...{ status: 0, code: "ERR_INFOBLOX_LAST_ADDRESS", method: "PUT", path: ref },
      hint: "Release the whole host with releaseAddress, or add another address first.",
    },
  );
}

/** See `Hosts.move`. */
export async function moveHost(settings: IpamSettings, target: HostTarget, request: unknown): Promise<Host> {
  const { to, from: replaced, ...fields } = await checkHostRequest("move", request);
  const wanted = wantedAddress(settings, { ...fields, from: to }, "to");
  const host = await hostToChange(settings, target, fields);
  const old = addressIn(host, wanted.family, replaced, "from");
  const { signal } = fields;
  const moved = await writtenOnce(settings, {
    write: () =>
      takeWanted(settings, wanted, { networkView: host.networkView, signal }, async (ip, before) => {
        const results = await settings.wapi.batch([...before, replacement(old, ip), again(host)], { signal });
        return hostOf(results.at(-1) as FullHostRow);
      }),
    look: async () => {
      const now = await hostNow(settings, host.ref, signal);
      return now.addresses.some(({ ip }) => ip === old.ip) ? undefined : now;
    },
    lookFor: `Look which addresses ${host.name} has: if it was done, ${old.ip} isn't among them.`,
    signal,
  });
  settings.pools.released([old.ip]);
  return moved;
}

/** The address changes in place: its MAC or DUID, its options and its rank among the host's addresses stay. */
function replacement({ ref, family }: HostAddress, ip: string | NextAvailable<"ip">): Step<unknown> {
  return family === 4
    ? step.update(ref as Ref<"record:host_ipv4addr">, { ipv4addr: ip }, { fields: ["ipv4addr"] })
    : step.update(ref as Ref<"record:host_ipv6addr">, { ipv6addr: ip }, { fields: ["ipv6addr"] });
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
  const address = addressIn(host, "mac" in client ? 4 : 6, options.ip, "ip");
  const change =
    address.family === 4
      ? step.update(
          address.ref as Ref<"record:host_ipv4addr">,
          { mac: mac ? formatMac(mac) : "", configure_for_dhcp: Boolean(mac) },
          { fields: ["ipv4addr"] },
        )
      : step.update(
          address.ref as Ref<"record:host_ipv6addr">,
          { duid: duid ? formatDuid(duid) : "", configure_for_dhcp: Boolean(duid) },
          { fields: ["ipv6addr"] },
        );
  const { signal } = options;
  const wanted = (mac && formatMac(mac)) || (duid && formatDuid(duid)) || undefined;
  return writtenOnce(settings, {
    write: async () => {
      const [, row] = await settings.wapi.batch([change, again(host)], { signal });
      return hostOf(row);
    },
    look: async () => {
      const now = await hostNow(settings, host.ref, signal);
      const client = now.addresses.find(({ ip }) => ip === address.ip);
      return client !== undefined && (client.mac ?? client.duid) === wanted ? now : undefined;
    },
    lookFor: `Look whose ${address.ip} of ${host.name} is; to repeat the call is safe.`,
    signal,
  });
}

function again({ ref }: Host): Step<FullHostRow> {
  return step.get(ref, { fields: hostRowFields });
}

/** The address of a host that is meant. @throws {AmbiguousTargetError} where none is named, and it has several */
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
    { candidates: ofFamily.map(({ ref }) => ref), hint: `Name the one that is meant: ${field}.` },
  );
}

function refuseOtherClient(family: Family, { mac, duid }: HostClient): void {
  if (family === 6 && mac !== undefined) {
    const example = "00:03:00:01:02:42:ac:11:00:02";
    throw invalid("mac", mac, "an IPv6 address is bound to a DUID, not to a MAC; pass duid", example);
  }
  if (family === 4 && duid !== undefined) {
    throw invalid(
      "duid",
      duid,
      "an IPv4 address is bound to a MAC, not to a DUID; pass mac",
      "02:42:ac:11:00:02",
    );
  }
}
