import { formatBlock } from "../../cidr.js";
import { step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { gatewayComment } from "../objects/reservations.js";
import type { Subnet } from "../objects/results.js";
import { subnetOf } from "../objects/rows.js";
import { routersIn } from "../requests/dhcp-options.js";
import { routerOption } from "../requests/dhcp-settings.js";
import type { IpamSettings } from "../settings/settings.js";
import {
  bringDhcp,
  type DhcpRow,
  dhcpChanges,
  readDhcp,
  type SubnetDhcp,
  updateDhcp,
} from "./dhcp-changes.js";
import { findGateway, type GatewayRow, gatewayIn, gatewayIp, parseGateway, reserve } from "./gateway.js";
import type { SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, subnetNow } from "./subnet-change.js";
import { subnetToChange } from "./subnet-target.js";

/** See `Subnets.setDhcp`. */
export async function setDhcp(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("setDhcp", request);
  const { subnet } = await subnetToChange(settings, target, options);
  const row = await bringDhcp(settings, subnet, options, options.signal);
  return subnetOf(row, false, settings.ownership.expiryAttribute, subnet.gateway);
}

/** See `Subnets.routers`. */
export async function routersOf(
  settings: IpamSettings,
  target: SubnetToChange,
  given: unknown,
): Promise<readonly string[]> {
  const options = await checkSubnetRequest("change", given);
  const { signal } = options;
  // Subnets of other owners may be read.
  const { subnet } = await subnetToChange(settings, target, { ...options, force: true });
  if (subnet.family === 6) return [];
  const [row] = await settings.wapi.batch([readDhcp(subnet)], { signal });
  return (routersIn(row) ?? "").split(",").flatMap((ip) => ip.trim() || []);
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
  const { wapi, pools } = settings;
  const wanted = family === 4 ? { options: [routerOption(ip)] } : {};
  const read = async (signal: AbortSignal | undefined): Promise<WithGateway> => {
    const found = findGateway(family, formatBlock(block), networkView);
    const [row, [reserved]] = await wapi.batch([readDhcp(subnet), found], { signal });
    return { ...subnetNow(settings, subnet, row), gateway: gatewayIp(reserved), row, reserved };
  };
  const isDone = ({ row, reserved }: WithGateway) =>
    gatewayIp(reserved) === ip && dhcpChanges(wanted, row) === undefined;
  const now = await read(signal);
  if (isDone(now)) return subnetOf(now.row as DhcpRow, false, settings.ownership.expiryAttribute, ip);
  const changed = await changeSubnet<WithGateway>(settings, now, {
    read,
    compose: ({ row, reserved }, ref, extattrs) => {
      const old = gatewayIp(reserved);
      const placed =
        reserved === undefined ? reserve(family, ip, networkView, gatewayComment) : moved(reserved, ip);
      return {
        steps: [...(old === ip ? [] : [placed.discard()]), updateDhcp(ref, wanted, row, extattrs)],
        read: (results) => ({ ...now, row: results.at(-1) as DhcpRow, reserved }),
      };
    },
    isDone,
    signal,
  });
  if (now.gateway !== undefined && now.gateway !== ip) pools.released([now.gateway]);
  return subnetOf(changed.row as DhcpRow, false, settings.ownership.expiryAttribute, ip);
}

interface WithGateway extends SubnetDhcp {
  readonly reserved?: GatewayRow | undefined;
}

/** Moves the reservation of the gateway: with two reservations, nothing would show which one is the gateway. */
function moved({ _ref }: GatewayRow, ip: string) {
  return ip.includes(":")
    ? step.update(_ref as Ref<"ipv6fixedaddress">, { ipv6addr: ip }, { fields: ["ipv6addr"] })
    : step.update(_ref as Ref<"fixedaddress">, { ipv4addr: ip }, { fields: ["ipv4addr"] });
}
