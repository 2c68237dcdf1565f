import { formatBlock } from "../../cidr.js";
import { step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { writtenOnce } from "../once/lost-answers.js";
import type { Subnet } from "../results.js";
import { subnetOf } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { bringDhcp, type DhcpRow, dhcpChanges, readDhcp, updateDhcp } from "./dhcp-changes.js";
import {
  findGateway,
  type GatewayRow,
  gatewayIn,
  gatewayIp,
  parseGateway,
  reserveGateway,
} from "./gateway.js";
import type { SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
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
  const router = { name: "routers", num: 3, value: ip, vendorClass: "DHCP" };
  const wanted = family === 4 ? { options: [router] } : {};
  const look = async () => {
    const [now, found] = await wapi.batch(
      [readDhcp(subnet), findGateway(family, formatBlock(block), networkView)],
      {
        signal,
      },
    );
    return { now, reserved: found[0] };
  };
  const result = (row: DhcpRow) => subnetOf(row, false, settings.ownership.expiryAttribute, ip);
  let { now, reserved } = await look();
  return writtenOnce(settings, {
    write: async () => {
      const old = gatewayIp(reserved);
      const changes = dhcpChanges(wanted, now);
      if (old === ip && changes === undefined) return result(now);
      const reserve = reserved === undefined ? reserveGateway(family, ip, networkView) : moved(reserved, ip);
      const results = await wapi.batch(
        [...(old === ip ? [] : [reserve.discard()]), updateDhcp(subnet, changes ?? {})],
        { signal },
      );
      if (old !== undefined && old !== ip) pools.released([old]);
      return result(results.at(-1) as DhcpRow);
    },
    look: async () => {
      ({ now, reserved } = await look());
      const isDone = gatewayIp(reserved) === ip && dhcpChanges(wanted, now) === undefined;
      return isDone ? result(now) : undefined;
    },
    lookFor: `Look whether ${ip} is reserved as the gateway of ${subnet.cidr}; to repeat the call is safe.`,
    signal,
  });
}

/** The gateway's reservation goes with it: of two, nobody would know which is meant. */
function moved({ _ref }: GatewayRow, ip: string) {
  return ip.includes(":")
    ? step.update(_ref as Ref<"ipv6fixedaddress">, { ipv6addr: ip }, { fields: ["ipv6addr"] })
    : step.update(_ref as Ref<"fixedaddress">, { ipv4addr: ip }, { fields: ["ipv4addr"] });
}
