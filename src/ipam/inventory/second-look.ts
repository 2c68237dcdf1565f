import { isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import { addressOrder, type ContainerEntry, type SubnetEntry } from "./entries.js";
import type { SecondLook } from "./joining.js";
import { containerRead, subnetRead } from "./reading/blocks.js";
import { fixedRead } from "./reading/fixed-addresses.js";
import { hostRead } from "./reading/hosts.js";
import { type AddressFact, knownFields, type Read, type Row } from "./reading/read.js";
import type { Scope } from "./reading/scope.js";
import type { InventoryOptions } from "./requests.js";
import { keyed } from "./sorted-lines.js";

/** The most second looks. More contradictions have another cause, such as networks that the user may not read. */
const mostLooks = 100;

/** Reads objects again that changed while the inventory was read, with one request for each block or address. */
export function secondLook(
  settings: IpamSettings,
  { signal }: Pick<InventoryOptions, "signal">,
  scopes: readonly Scope[],
): SecondLook {
  let left = mostLooks;
  const scopeOf = (networkView: string) => scopes.find((scope) => scope.networkView === networkView);
  const linesOf = async (reads: readonly Read[]) => {
    if (left === 0) return undefined;
    left -= 1;
    const steps = reads.map((read) =>
      step.find(read.type as "network", {
        where: read.where,
        fields: knownFields(read, settings.wapi) as readonly "network"[],
        limit: 100,
      }),
    );
    try {
      const results = (await settings.wapi.batch(steps, { signal })) as readonly (readonly Row[])[];
      const at = new Date(settings.clock.wallTime()).toISOString();
      return reads.flatMap((read, index) => (results[index] ?? []).flatMap((row) => read.linesOf(row, at)));
    } catch (error) {
      if (isInfobloxError(error, "AbortedError")) throw error;
      // If it cannot be read again, the entry stays as it was read, and is marked as moved.
      return undefined;
    }
  };
  return {
    async block({ networkView, cidr, family }) {
      const scope = scopeOf(networkView);
      if (scope === undefined) return undefined;
      const where = { network_view: networkView, network: cidr };
      const lines = await linesOf([
        subnetRead(settings, scope, family, where),
        containerRead(settings, scope, family, where),
      ]);
      return lines?.map((text) => ({
        ...(valueIn(text) as ContainerEntry | SubnetEntry),
        moved: true as const,
      }));
    },
    async address(networkView, ip) {
      const scope = scopeOf(networkView);
      if (scope === undefined) return undefined;
      const family = ip.includes(":") ? 6 : 4;
      const one: Scope = { ...scope, families: [family], blocks: undefined };
      const where = { [`ipv${family}addr`]: ip };
      const lines = await linesOf([hostRead(one, where), fixedRead(one, family, where)]);
      // Keep only the line of this address: a host has one for each of its addresses.
      const own = lines?.filter((text) => text.startsWith(addressOrder(networkView, ip)));
      return own?.map((text) => valueIn(text) as AddressFact).filter((fact) => "object" in fact);
    },
  };
}

function valueIn(text: string): unknown {
  return JSON.parse(keyed(text).value);
}
