/**
 * Public names of `infoblox-ipam/docker`: Docker's remote IPAM driver on top of the IPAM API.
 *
 * @module infoblox-ipam/docker
 */

export { createIpamDriver, type IpamDriver, type Reconciled, type ReconcileOptions } from "./driver.js";
export type {
  AddressSpacesAnswer,
  Capabilities,
  CapabilitiesAnswer,
  ReleaseAddressCall,
  ReleasePoolCall,
  RequestAddressAnswer,
  RequestAddressCall,
  RequestPoolAnswer,
  RequestPoolCall,
} from "./messages.js";
export type { Leftover, Reconciliation } from "./reconcile.js";
export type { DriverListenOptions, DriverServer } from "./server.js";
export type { AddressSpaceOptions, DriverLogger, IpamDriverOptions } from "./settings.js";
export type { ListenPlace } from "./socket.js";
export type { DriverHealth } from "./status.js";
