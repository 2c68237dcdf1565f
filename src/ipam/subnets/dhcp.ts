import { listChange } from "../../wapi/list-change.js";
import { step } from "../../wapi/step.js";
import type { Ref, Updatable } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../results.js";
import { subnetFields, subnetOf } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { gatewayIn, gatewayIp, parseGateway, reserveGateway } from "./gateway.js";
import type { DhcpOption, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { subnetToChange } from "./subnet-target.js";

/** See `Subnets.setDhcp`. */
export async function setDhcp(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("setDhcp", request);
  const { addMembers = [], removeMembers = [], signal } = options;
  const { subnet } = await subnetToChange(settings, target, options);
  const wanted = options.options && (await mergedOptions(settings, subnet, options.options, signal));
  const member = (name: string) => ({ _struct: "dhcpmember" as const, name });
  const changes = {
    ...(addMembers.length + removeMembers.length > 0 && {
      members: listChange({ add: addMembers.map(member), remove: removeMembers.map(member) }),
    }),
    ...(wanted !== undefined && { options: wanted, use_options: true }),
  } as Updatable<SubnetType>;
  const row = await settings.wapi.update(subnet.ref as Ref<SubnetType>, changes, {
    fields: subnetFields,
    signal,
  });
  return subnetOf(row, false, settings.ownership.expiryAttribute, subnet.gateway);
}

/** See `Subnets.setGateway`. */
export async function setGateway(
  settings: IpamSettings,
  target: SubnetToChange,
  text: string,
  given: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("change", given);
  const { signal } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  const { family, networkView } = subnet;
  const ip = gatewayIn(block, parseGateway(text) ?? "first");
  const reserve = reserveGateway(family, ip, networkView);
  const { wapi } = settings;
  if (family === 6) {
    const [reserved] = await wapi.batch([reserve], { signal });
    return { ...subnet, gateway: gatewayIp(reserved) };
  }
  const router = { name: "routers", num: 3, value: ip, vendorClass: "DHCP" };
  const wanted = await mergedOptions(settings, subnet, [router], signal);
  const update = step.update(
    subnet.ref as Ref<SubnetType>,
    { options: wanted, use_options: true },
    { fields: subnetFields },
  );
  const [reserved, row] = await wapi.batch([reserve, update], { signal });
  return subnetOf(row, false, settings.ownership.expiryAttribute, gatewayIp(reserved));
}

/**
 * The options as they shall be: those that the subnet has itself, with these added or changed, and those without a
 * value taken out. A grid has no change of one option, only of the list.
 */
async function mergedOptions(
  { wapi }: IpamSettings,
  { ref }: Subnet,
  changes: readonly DhcpOption[],
  signal: AbortSignal | undefined,
): Promise<WireOption[]> {
  const { options = [], use_options } = await wapi.get(ref as Ref<"network">, {
    fields: ["options", "use_options"],
    signal,
  });
  const own: readonly WireOption[] = use_options ? options : [];
  const isChanged = (option: WireOption) => changes.some((change) => isSame(change, option));
  const kept = own.filter((option) => !isChanged(option));
  const set = changes.flatMap(({ name, num, value, vendorClass }) =>
    value === null ? [] : [wireOption(name, num, value, vendorClass)],
  );
  return [...kept, ...set];
}

interface WireOption {
  readonly name?: string;
  readonly num?: number;
  readonly value?: string;
  readonly vendor_class?: string;
  readonly use_option?: boolean;
}

function isSame({ name, num, vendorClass = "DHCP" }: DhcpOption, option: WireOption): boolean {
  if ((option.vendor_class ?? "DHCP") !== vendorClass) return false;
  return (name !== undefined && name === option.name) || (num !== undefined && num === option.num);
}

function wireOption(
  name: string | undefined,
  num: number | undefined,
  value: string,
  vendorClass: string | undefined,
): WireOption {
  return {
    ...(name !== undefined && { name }),
    ...(num !== undefined && { num }),
    value,
    ...(vendorClass !== undefined && { vendor_class: vendorClass }),
    // Means something for a few options only, and these are off without it.
    ...(name !== undefined && switched.has(name) && { use_option: true }),
  };
}

const switched: ReadonlySet<string> = new Set([
  "routers",
  "router-templates",
  "domain-name-servers",
  "domain-name",
  "broadcast-address",
  "broadcast-address-offset",
  "dhcp-lease-time",
  "dhcp6.name-servers",
]);
