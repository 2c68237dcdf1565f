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

/** What holds for all steps of a plan. */
export interface PlanOptions extends Abortable {
  /**
   * An id of your own: the same plan again gives the same results. Every object that the plan makes keeps it, with the
   * name of its step: `deploy-42/web`.
   */
  readonly requestId?: string | undefined;
  /** Over the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
}

export interface ApplyOptions extends Abortable {
  /** Called after each request to the grid, with the number of steps. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The kind of each step of a plan, by its name. */
export type PlanNames = Readonly<Record<string, StepKind>>;

/** The names of a plan's steps of these kinds. */
export type NamesOf<Names extends PlanNames, Kind extends StepKind> = {
  [Name in keyof Names]: Kind extends Names[Name] ? Name : never;
}[keyof Names] &
  string;

/** A name that no step has yet; of one that a step has, what the compiler says. */
export type NewName<Names extends PlanNames, Name extends string> = string extends keyof Names
  ? Name
  : Name extends keyof Names
    ? `The plan has a step "${Name}" already: choose another name.`
    : Name;

/** The steps of a plan with one more; where names are known only to the program, what they are isn't known either. */
export type With<
  Names extends PlanNames,
  Name extends string,
  Kind extends StepKind,
> = string extends keyof Names ? Names : Names & Readonly<Record<Name, Kind>>;

/** One source, or several in order: the next one is tried only when the grid says that one is exhausted. */
type From<Earlier> = Source | NamedPool | Earlier | readonly (Source | NamedPool | Earlier)[];

/** What a step says of the object that it makes; the plan has the request id, and each call its signal. */
type StepOf<T> = Omit<T, "from" | "addresses" | "requestId" | "signal">;

type Containers<Names extends PlanNames> = { readonly container: NamesOf<Names, "container"> };
type Subnets<Names extends PlanNames> = { readonly subnet: NamesOf<Names, "subnet"> };
type Ranges<Names extends PlanNames> = { readonly range: NamesOf<Names, "range"> };
type Addresses<Names extends PlanNames> = { readonly address: NamesOf<Names, "address"> };
type Records<Names extends PlanNames> = { readonly record: NamesOf<Names, "record"> };

/** The next free subnet of a size, or one that is named; `from` may be a container that the plan makes. */
export type SubnetStep<Names extends PlanNames = PlanNames> =
  | (StepOf<NextSubnetRequest> & { readonly from: From<Containers<Names>> })
  | (StepOf<ExplicitSubnetRequest> & { readonly from?: From<Containers<Names>> | undefined });

/** The next free block of a size as a container, or one that is named. */
export type ContainerStep<Names extends PlanNames = PlanNames> =
  | (Omit<StepOf<NextSubnetRequest>, "gateway" | keyof Expiring> & { readonly from: From<Containers<Names>> })
  | (Omit<StepOf<ExplicitSubnetRequest>, "gateway" | keyof Expiring> & {
      readonly from?: From<Containers<Names>> | undefined;
    });

/** An address as a host, a fixed address or a reservation; `from` may be a subnet or range that the plan makes. */
export type AddressStep<Names extends PlanNames = PlanNames> = StepOf<AddressFields> &
  AddressIdentity &
  (
    | { readonly from: From<Subnets<Names> | Ranges<Names>> }
    | {
        readonly from: {
          readonly ipv4: From<Subnets<Names> | Ranges<Names>>;
          readonly ipv6: From<Subnets<Names> | Ranges<Names>>;
        };
      }
    | { readonly ip: string; readonly from?: From<Subnets<Names> | Ranges<Names>> | undefined }
    | {
        readonly addresses: readonly (Omit<NewHostAddress, "from"> & {
          readonly from?: From<Subnets<Names> | Ranges<Names>> | undefined;
        })[];
      }
  );

/** A DHCP range: its addresses, or their places in a subnet that the plan makes. */
export type RangeStep<Names extends PlanNames = PlanNames> = Omit<PlacedRange, "in" | "first" | "last"> &
  (
    | { readonly first: number; readonly last: number; readonly in: Subnets<Names> | Subnet | string }
    /** IPv6: a grid wants to be told the subnet, too. */
    | {
        readonly first: string;
        readonly last: string;
        readonly in?: Subnets<Names> | Subnet | string | undefined;
      }
  );

/** What all records have in common. */
export interface RecordFields extends Omit<Description, "requestId" | "networkView"> {
  /** The full name: `"www.example.com"`. */
  readonly name: string;
  /** Over the DNS view of the `Ipam`. */
  readonly dnsView?: string | undefined;
  /** In seconds; left out, the zone's. */
  readonly ttl?: number | undefined;
}

/** A DNS record. What it points at may be an address that the plan makes. */
export type RecordStep<Names extends PlanNames = PlanNames> = RecordFields &
  (
    | { readonly type: "A" | "AAAA"; readonly ip: string | Addresses<Names> }
    /** The record of `ip` that points at `name`. */
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
        /** Of the name server. The grid keeps no comment, attribute or time to live with it. */
        readonly ips: string | readonly string[];
      }
    | { readonly type: "CAA"; readonly flags: number; readonly tag: string; readonly value: string }
  );

/** What is to be changed: an earlier step's object, a result, or a reference. */
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

/** What becomes of an object; what isn't named stays. */
export interface Changes {
  readonly comment?: string | undefined;
  /** Those named are set, `null` removes one, all others stay. */
  readonly extattrs?: ExtattrsToUpdate | undefined;
  /** More fields of the WAPI object, in the grid's spelling. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** What is given back: a result or reference; a subnet by CIDR, an address by IP. */
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

export interface ReleaseStepOptions {
  /** Release a subnet with all that is in it, hosts included. */
  readonly cascade?: boolean | undefined;
  /** Release what another owner made, too. */
  readonly force?: boolean | undefined;
}
