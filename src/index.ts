/**
 * The public names of `infoblox-ipam`: the IPAM API, the WAPI client, and the errors.
 *
 * @module infoblox-ipam
 */

// The IPAM API

export type { HostClient, NewHostAddress } from "./ipam/addresses/address-place.js";
export type { AddressPolicy } from "./ipam/addresses/address-policy.js";
export type {
  AddressQuery,
  AddressReleaseOptions,
  AddressRequest,
  AddressTarget,
  DualStack,
} from "./ipam/addresses/requests.js";
export type { Chunks } from "./ipam/bulk/chunks.js";
export type {
  AddressesInChunksRequest,
  AddressesRequest,
  ManyToRelease,
  ReleaseManyOptions,
  SubnetsInChunksRequest,
  SubnetsRequest,
} from "./ipam/bulk/requests.js";
export type { Capacity } from "./ipam/capacity/capacity.js";
export type {
  CapacityOptions,
  ContainerTarget,
  ForecastOptions,
  FreeSpace,
  FreeSubnetsOptions,
  ReportedSubnet,
  ReportQuery,
  UtilizationOptions,
  UtilizationTarget,
} from "./ipam/capacity/requests.js";
export type { Forecast } from "./ipam/capacity/results.js";
export type { Dns } from "./ipam/dns/dns.js";
export type {
  DnsQuery,
  DnsRemoveOptions,
  DnsTarget,
  NewAddressRecord,
  NewCnameRecord,
  NewDnsRecord,
  NewMxRecord,
  NewPtrRecord,
  NewSrvRecord,
  NewTxtRecord,
  ReverseZoneOptions,
  ReverseZones,
  SubnetOrCidr,
  ZoneOptions,
} from "./ipam/dns/requests.js";
export type {
  Desired,
  DesiredContainer,
  DesiredDualStack,
  DesiredFixedAddress,
  DesiredHost,
  DesiredKind,
  DesiredPool,
  DesiredRange,
  DesiredRecord,
  DesiredReservation,
  DesiredSource,
  DesiredState,
  DesiredSubnet,
  Difference,
  Ensured,
  EnsuredObject,
  EnsuredOne,
  EnsureOneOptions,
  EnsureOptions,
} from "./ipam/ensure/description.js";
export type { Host, HostAddress, HostAddressType } from "./ipam/hosts/host.js";
export type { Hosts } from "./ipam/hosts/hosts.js";
export type {
  HostAddressRequest,
  HostClientOptions,
  HostMove,
  HostOptions,
  HostQuery,
  HostTarget,
} from "./ipam/hosts/requests.js";
export { anonymizeInventory } from "./ipam/inventory/anonymous.js";
export type { InventoryDifference, InventoryFieldDifference } from "./ipam/inventory/comparison.js";
export { compareInventories } from "./ipam/inventory/comparison.js";
export type {
  AddressEntry,
  ContainerEntry,
  DnsViewEntry,
  InventoryAddressKind,
  InventoryEntry,
  InventoryKind,
  InventoryLease,
  InventoryName,
  InventoryObject,
  InventoryObjectType,
  NetworkViewEntry,
  RangeEntry,
  RecordEntry,
  SubnetEntry,
  ZoneEntry,
} from "./ipam/inventory/entries.js";
export type { InventorySource } from "./ipam/inventory/files.js";
export { readInventory, writeInventory } from "./ipam/inventory/files.js";
export type { Finding, FindingKind } from "./ipam/inventory/findings.js";
export { findingsIn } from "./ipam/inventory/findings.js";
export type { ImportRow, ImportSystem } from "./ipam/inventory/formats/import-rows.js";
export { importLine, importRows, importTables } from "./ipam/inventory/formats/import-rows.js";
export { inventoryCsv } from "./ipam/inventory/formats/inventory-csv.js";
export type { Inventory } from "./ipam/inventory/inventory.js";
export type {
  AnonymizeOptions,
  ComparisonOptions,
  FindingsOptions,
  ImportMapping,
  InventoryCost,
  InventoryCsvOptions,
  InventoryOptions,
  InventoryPart,
  WatchLook,
  WatchOptions,
} from "./ipam/inventory/requests.js";
export type { Watch, WatchedDifference } from "./ipam/inventory/watch.js";
export { Ipam } from "./ipam/ipam.js";
export type { LookupOptions } from "./ipam/lookup/lookup.js";
export type {
  AddressMap,
  MapAddress,
  MapAddressKind,
  MapBlock,
  MapContainer,
  MapRange,
  MapSubnet,
} from "./ipam/map/map-results.js";
export type { MapOptions, MapSource } from "./ipam/map/requests.js";
export type { OwnerMarker, RequestIdMarker } from "./ipam/marks/ownership.js";
export type { RecordKind, RecordType } from "./ipam/objects/record-kinds.js";
export type {
  Address,
  AddressDetails,
  AddressKind,
  AddressRange,
  AddressType,
  Container,
  ContainerType,
  DnsRecord,
  DnsRecordDetails,
  ManyReleased,
  NetworkView,
  Release,
  ReleasedOne,
  Subnet,
  SubnetType,
  Utilization,
} from "./ipam/objects/results.js";
export type { Plan, PlanResults } from "./ipam/plan/plan.js";
export type { PlanPreview, PreviewedRequest, PreviewedStep } from "./ipam/plan/preview.js";
export type {
  AddressStep,
  ApplyOptions,
  Changes,
  ChangeTarget,
  ContainerStep,
  PlanNames,
  PlanOptions,
  RangeStep,
  RecordStep,
  ReleaseStepOptions,
  ReleaseTarget,
  SubnetStep,
} from "./ipam/plan/requests.js";
export type {
  Change,
  StepKind,
  StepLeft,
  StepResult,
  StepResults,
} from "./ipam/plan/results.js";
export type { ProbeOptions, ProbeProgress } from "./ipam/probe/probe.js";
export type { GridFacts, GridProfile, ProfileName, ProfileOption } from "./ipam/profile/profile.js";
export type { Ranges } from "./ipam/ranges/ranges.js";
export type {
  ExplicitRange,
  RangeQuery,
  RangeRequest,
  RangeTarget,
  SizedRange,
} from "./ipam/ranges/requests.js";
export type { CloudDescription } from "./ipam/requests/cloud-attributes.js";
export { cloudAttributes } from "./ipam/requests/cloud-attributes.js";
export type { DhcpOption, NewDhcpOption } from "./ipam/requests/dhcp-options.js";
export type { NewDhcp, NewSubnetDhcp } from "./ipam/requests/dhcp-settings.js";
export type { Abortable, Expiring, ReleaseOptions } from "./ipam/requests/requests.js";
export type { NamedPool, PoolDefinition, PoolStrategy, Sources } from "./ipam/requests/sources.js";
export type { Source, SourceObject, SourceQuery, SourceRow } from "./ipam/requests/targets.js";
export type {
  MemberServices,
  RestartOptions,
  ServiceName,
  ServiceOptions,
  ServiceState,
  ServiceStatus,
} from "./ipam/services/requests.js";
export type { Services } from "./ipam/services/services.js";
export type {
  EventObject,
  IpamEvent,
  IpamEventName,
  IpamEvents,
  IpamListener,
  RefusedEvent,
} from "./ipam/settings/events.js";
export type { IpamOptions } from "./ipam/settings/settings.js";
export type { Setup, SetupOptions } from "./ipam/setup.js";
export type { PeekOptions, PeekSubnets } from "./ipam/sources/requests.js";
export type { GatewayPlace, GatewayRequest } from "./ipam/subnets/gateway.js";
export type {
  AssignedVlan,
  ContainerRequest,
  DhcpSettings,
  ResizeOptions,
  SharedBy,
  SharedSubnetRequest,
  SplitOptions,
  SubnetChangeOptions,
  SubnetQuery,
  SubnetReleaseOptions,
  SubnetRequest,
  SubnetTarget,
  SubnetToChange,
  VlanRequest,
} from "./ipam/subnets/requests.js";
export type { Subnets } from "./ipam/subnets/subnets.js";
export type { Audit, Duplicate } from "./ipam/upkeep/audit.js";
export type { Collected, CollectedObject, KeptObject } from "./ipam/upkeep/collect.js";
export type { Held } from "./ipam/upkeep/held.js";
export type { AuditOptions, CollectOptions, RenewOptions } from "./ipam/upkeep/requests.js";
export type { Zone } from "./ipam/zones/zones.js";

// Pictures of the map

export type { MapFormat } from "./map/render.js";
export { renderMap } from "./map/render.js";

// The WAPI client

export type { CallOptions } from "./wapi/call-options.js";
export { WapiClient } from "./wapi/client.js";
export type { Listing } from "./wapi/listing.js";
export type {
  CallArguments,
  DeleteOptions,
  FindOneOptions,
  FindOptions,
  GetOptions,
  WapiClientOptions,
  WapiClientOverrides,
  WriteOptions,
} from "./wapi/options.js";
export type { Progress, ReadProgress } from "./wapi/progress.js";
export type { RawRequest } from "./wapi/raw-request.js";
export type { WapiPromise, WithResponse } from "./wapi/wapi-promise.js";

// Many steps in one request

export type { BatchResults, BatchSteps, RawStep } from "./wapi/batch.js";
export type { Step } from "./wapi/step.js";
export { step } from "./wapi/step.js";

// Values that the grid chooses, and changes to parts of a list

export type {
  ExtattrReplacement,
  ExtattrSetting,
  ExtattrsToCreate,
  ExtattrsToUpdate,
  ExtattrWrite,
  WireExtattr,
} from "./wapi/extattrs.js";
export { extattr, replaceExtattrs, wireExtattrs } from "./wapi/extattrs.js";
export type { NextAvailable } from "./wapi/inline-call.js";
export type { ListChange, ListEdits } from "./wapi/list-change.js";
export { listChange } from "./wapi/list-change.js";
export type {
  NextAvailableIpOptions,
  NextAvailableNetworkOptions,
  NextAvailableVlanOptions,
} from "./wapi/next-available.js";
export { nextAvailableIp, nextAvailableNetwork, nextAvailableVlanId } from "./wapi/next-available.js";

// References

export type { RefParts } from "./wapi/ref.js";
export { isRef, isRow, parseRef, ref } from "./wapi/ref.js";

// Types of WAPI objects

export type {
  Creatable,
  DeleteArguments,
  ExtattrsWhere,
  FieldName,
  FoundRow,
  FunctionName,
  FunctionParameters,
  FunctionResult,
  ObjectType,
  Readable,
  Row,
  StandardField,
  Updatable,
  Where,
} from "./wapi/types.js";

// Types to extend with the definitions of your grid: `npx infoblox-ipam types` writes them

export type {
  AddedFields,
  AddedFunctions,
  ExtensibleAttributes,
  ExtensibleAttributeValue,
  Field,
  FunctionCall,
  KnownExtensibleAttributes,
  ObjectLink,
  Ref,
  Struct,
  SubObject,
} from "./schema/field.js";
export type { ObjectFunctions, ObjectTypes } from "./schema/object-types.gen.js";

// The transport

export type { Logger, RequestEvent, ResponseEvent } from "./transport/events.js";
export type { CircuitBreakerOptions, HttpFunction, TransportOptions } from "./transport/options.js";
export type { ClientCertificate, TlsOptions } from "./transport/tls.js";

// Record and replay

export type { RecordOptions, ReplayOptions } from "./cassette/record-replay.js";
export { recordTo, replayFrom } from "./cassette/record-replay.js";

// Errors

export type { ErrorKinds, PoolAttempt, RequestDifference } from "./errors.js";
export {
  AbortedError,
  AmbiguousTargetError,
  AuthenticationError,
  CircuitOpenError,
  ConflictError,
  ConnectionError,
  InfobloxError,
  InvalidRequestError,
  isInfobloxError,
  NotFoundError,
  NotGridMasterError,
  OwnershipError,
  PermissionDeniedError,
  PoolExhaustedError,
  RequestMismatchError,
  ResponseTooLargeError,
  ServerError,
  SubnetInUseError,
  TimeoutError,
  UncertainWriteError,
  WapiError,
} from "./errors.js";
