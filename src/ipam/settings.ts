import { invalid } from "../errors.js";
import type { WapiClient } from "../wapi/client.js";
import { Ownership, type OwnershipOptions } from "./ownership.js";

/** What holds for all calls of an `Ipam`. */
export interface IpamOptions extends OwnershipOptions {
  /**
   * The network view: which address space. `"default"` unless said otherwise. Not a DNS view, though the first of
   * both is called `default`.
   */
  readonly networkView?: string | undefined;
  /** The DNS view, in which host names live. Left out: the grid's choice for the network view. */
  readonly dnsView?: string | undefined;
}

/** What the functions behind an `Ipam` work with. */
export interface IpamSettings {
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly dnsView: string | undefined;
  readonly ownership: Ownership;
}

export function settle(wapi: WapiClient, options: IpamOptions): IpamSettings {
  const { networkView = "default", dnsView } = options;
  checkView("networkView", networkView);
  if (dnsView !== undefined) checkView("dnsView", dnsView);
  return { wapi, networkView, dnsView, ownership: new Ownership(options) };
}

function checkView(field: string, name: unknown): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  throw invalid(
    field,
    name,
    `must be the name of a ${field === "dnsView" ? "DNS" : "network"} view`,
    "default",
  );
}
