import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Progress } from "../../wapi/progress.js";
import type { NewHostAddress } from "../addresses/address-place.js";
import type { AddressFields, AddressIdentity } from "../addresses/requests.js";
import type { Address, AddressRange, Container, DnsRecord, Subnet } from "../objects/results.js";
import type { PlacedRange } from "../ranges/requests.js";
import type { Abortable, Description, Expiring } from "../requests/requests.js";
import type { NamedPool } from "../requests/sources.js";
import type { Source, SourceObject } from "../requests/targets.js";
import type { ExplicitSubnetRequest, NextSubnetRequest } from "../subnets/requests.js";
import type { StepKind } from "./results.js";

/** Options for all steps of a plan. */
export interface PlanOptions extends Abortable {
  /**
   * An id of your own. The same plan again returns the same results. The id of each object is that of the plan with the name of the
   * step: `deploy-42/web`.
   */
  readonly requestId?: string | undefined;
  /** Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
}

/** Options of `Plan.apply`. */
export interface ApplyOptions extends Abortable {
  /** Called after each request to the grid, with the number of steps. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The kind of each step of a plan, by its name. */
export type PlanNames = Readonly<Record<string, StepKind>>;

/** The names of a plan's steps of this kind. */
export type NamesOf<Names extends PlanNames, Kind extends StepKind> = {
  [Name in keyof Names]: Kind extends Names[Name] ? Name : never;
}[keyof Names] &
  string;

/** A name that no step has yet. For a name that a step has, the text that the compiler shows. */
export type NewName<Names extends PlanNames, Name extends string> = string extends keyof Names
  ? Name
  : Name extends keyof Names
    ? `The plan has a step "${Name}" already: choose another name.`
    : Name;

/** The names of a plan with one step more. Names that are known only at run time add nothing. */
export type With<
  Names extends PlanNames,
  Name extends string,
  Kind extends StepKind,
> = string extends keyof Names ? Names : Names & Readonly<Record<Name, Kind>>;

/** One source, or several that are tried in order. The next one is tried only after the grid reports exhaustion. */
type From<Earlier> = Source | NamedPool | Earlier | readonly (Source | NamedPool | Earlier)[];

/** A request as a step. The plan has the request id, and `apply` the signal. */
type StepOf<T> = Omit<T, "from" | "addresses" | "requestId" | "signal">;

type Containers<Names extends PlanNames> = { readonly container: NamesOf<Names, "container"> };
type Subnets<Names extends PlanNames> = { readonly subnet: NamesOf<Names, "subnet"> };
type Ranges<Names extends PlanNames> = { readonly range: NamesOf<Names, "range"> };
type Addresses<Names extends PlanNames> = { readonly address: NamesOf<Names, "address"> };
type Records<Names extends PlanNames> = { readonly record: NamesOf<Names, "record"> };

/** The next free subnet of a size, or a given one. `from` may name a container of the plan. */
export type SubnetStep<Names extends PlanNames = PlanNames> =
  | (StepOf<NextSubnetRequest> & { readonly from: From<Containers<Names>> })
  | (StepOf<ExplicitSubnetRequest> & { readonly from?: From<Containers<Names>> | undefined });

/** The next free block of a size as a container, or a given one. */
export type ContainerStep<Names extends PlanNames = PlanNames> =
  | (Omit<StepOf<NextSubnetRequest>, "gateway" | keyof Expiring> & { readonly from: From<Containers<Names>> })
  | (Omit<StepOf<ExplicitSubnetRequest>, "gateway" | keyof Expiring> & {
      readonly from?: From<Containers<Names>> | undefined;
    });

/** Where addresses come from. It may be a subnet or range of the plan. */
type Holders<Names extends PlanNames> = From<Subnets<Names> | Ranges<Names>>;

/** An address as a host, a fixed address or a reservation. `from` may name a subnet or range of the plan. */
export type AddressStep<Names extends PlanNames = PlanNames> = StepOf<AddressFields> &
  AddressIdentity &
  (
    | { readonly from: Holders<Names> }
    | { readonly from: { readonly ipv4: Holders<Names>; readonly ipv6: Holders<Names> } }
    | { readonly ip: string; readonly from?: Holders<Names> | undefined }
    | {
        readonly addresses: readonly (Omit<NewHostAddress, "from"> & {
          readonly from?: Holders<Names> | undefined;
        })[];
      }
  );

/** A DHCP range: its addresses, or their positions in a subnet. */
export type RangeStep<Names extends PlanNames = PlanNames> = Omit<PlacedRange, "in" | "first" | "last"> &
  (
    | { readonly first: number; readonly last: number; readonly in: Subnets<Names> | Subnet | string }
    /** An IPv6 range needs its subnet. */
    | {
        readonly first: string;
        readonly last: string;
        readonly in?: Subnets<Names> | Subnet | string | undefined;
      }
  );

/** The fields that all records have in common. */
export interface RecordFields extends Omit<Description, "requestId" | "networkView"> {
  /** The full name: `"www.example.com"`. */
  readonly name: string;
  /** Default: the DNS view of the `Ipam`. */
  readonly dnsView?: string | undefined;
  /** The time to live in seconds. Default: that of the zone. */
  readonly ttl?: number | undefined;
}

/** A DNS record. It may point to an address of the plan. */
export type RecordStep<Names extends PlanNames = PlanNames> = RecordFields &
  (
    | { readonly type: "A" | "AAAA"; readonly ip: string | Addresses<Names> }
    /** The record of `ip` that points to `name`. */
    | { readonly type: "PTR"; readonly ip: string | Addresses<Names> }
    | { readonly type: "CNAME"; readonly canonical: string | Addresses<Names> }
    | { readonly type: "TXT"; readonly text: string }
    | { readonly type: "MX"; readonly exchanger: string | Addresses<Names>; readonly preference: number }
    | {
        readonly type: "SRV";
        readonly target: string | Addresses<Names>;
        readonly port: number;
        readonly priority: number;
        readonly weight: number;
      }
    | {
        readonly type: "NS";
        readonly nameserver: string | Addresses<Names>;
        /** The addresses of the name server. An NS record has no comment, attributes or time to live. */
        readonly ips: string | readonly string[];
      }
    | { readonly type: "CAA"; readonly flags: number; readonly tag: string; readonly value: string }
  );

/** The object to change: that of an earlier step, a result, or a reference. */
export type ChangeTarget<Names extends PlanNames = PlanNames> =
  | Subnets<Names>
  | Containers<Names>
  | Ranges<Names>
  | Addresses<Names>
  | Records<Names>
  | Subnet
  | Container
  | AddressRange
  | Address
  | DnsRecord
  | { readonly ref: string }
  | string;

/** The changes of an object. Fields that are not given stay. */
export interface Changes {
  readonly comment?: string | undefined;
  /** Attributes to set. `null` removes an attribute; all others stay. */
  readonly extattrs?: ExtattrsToUpdate | undefined;
  /** More fields of the WAPI object, with WAPI's names. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** The object to release: a result, a reference, the CIDR of a subnet, or an IP address. */
export type ReleaseTarget =
  | Subnet
  | Address
  | Container
  | AddressRange
  | DnsRecord
  | SourceObject
  | { readonly cidr: string; readonly ref?: undefined }
  | { readonly ip: string; readonly ref?: undefined }
  | string;

/** Options of `Plan.release`. */
export interface ReleaseStepOptions {
  /** Release a subnet with everything in it, including hosts. Default: `false`. */
  readonly cascade?: boolean | undefined;
  /** Also release objects of another owner. Default: `false`. */
  readonly force?: boolean | undefined;
}
