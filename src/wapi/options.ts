import type { TransportOptions, TransportOverrides } from "../transport/options.js";
import type { Validation } from "./answers.js";
import { type CallOptions, refuseUnknown } from "./call-options.js";
import type { ListLimits } from "./list-options.js";
import type { ReadProgress } from "./progress.js";
import type {
  DeleteArguments,
  FieldName,
  FunctionName,
  FunctionParameters,
  ObjectType,
  Where,
} from "./types.js";

/** How to reach a grid, and how to speak with it. */
export interface WapiClientOptions extends TransportOptions {
  /**
   * The WAPI version to speak, e.g. `"2.12"`. Left out: the newest that the grid offers and the client knows, asked
   * once. Environment: `INFOBLOX_WAPI_VERSION`.
   */
  readonly wapiVersion?: string | undefined;
  /**
   * How closely answers are checked: `"basic"` (default) where a wrong shape would harm, `"strict"` every known
   * field, `"off"` not at all.
   */
  readonly validate?: Validation | undefined;
  /** Objects to a page. Default 1,000. */
  readonly pageSize?: number | undefined;
}

/** What a child client may have of its own: see `WapiClient.with`. */
export type WapiClientOverrides = TransportOverrides &
  Pick<WapiClientOptions, "wapiVersion" | "validate" | "pageSize">;

/** What a child client can have of its own, for those who misspell one of them. */
const childOptions = {
  timeout: true,
  deadline: true,
  maxRetries: true,
  failoverTimeout: true,
  readFrom: true,
  logger: true,
  onRequest: true,
  onResponse: true,
  wapiVersion: true,
  validate: true,
  pageSize: true,
} satisfies Record<keyof WapiClientOverrides, true>;

const clientOptions = {
  ...childOptions,
  url: true,
  username: true,
  password: true,
  clientCertificate: true,
  tls: true,
  circuitBreaker: true,
  maxConcurrency: true,
  requestsPerSecond: true,
  adaptive: true,
  maxResponseBytes: true,
  session: true,
  proxy: true,
  allowInsecureHttp: true,
  userAgent: true,
  transport: true,
} satisfies Record<keyof WapiClientOptions, true>;

/** @throws {InvalidRequestError} for an option that a client, or a child of one, doesn't have */
export function refuseUnknownClientOptions(options: unknown, isChild: boolean): void {
  refuseUnknown(options, Object.keys(isChild ? childOptions : clientOptions));
}

/** Which fields to answer with: exactly `fields`, or the standard ones and `addFields`. */
export interface ReadOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> {
  /** Exactly these fields. `"ipv4addrs.mac"` asks for a part of a field. */
  // Editors offer what may stand here: without the second, the standard fields only, which are what F is when left out.
  readonly fields?: readonly (F | NoInfer<FieldName<T>>)[] | undefined;
  /** These beside the standard fields. */
  readonly addFields?: readonly A[] | undefined;
}

/** What to search for, and which fields to answer with. */
export interface SearchOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>>
  extends ReadOptions<T, F, A> {
  /** Criteria, all of which must hold. Left out: every object of the type. */
  readonly where?: Where<T> | undefined;
}

export type FindOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = SearchOptions<
  T,
  F,
  A
> &
  ListLimits &
  CallOptions & {
    /** Called after each page, with the number of objects that were read. */
    readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  };

export type FindOneOptions<
  T extends ObjectType,
  F extends FieldName<T>,
  A extends FieldName<T>,
> = SearchOptions<T, F, A> & CallOptions;

export type GetOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = ReadOptions<
  T,
  F,
  A
> &
  CallOptions;

/** The answer to a write is the object as the grid holds it then. */
export type WriteOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = ReadOptions<
  T,
  F,
  A
> &
  CallOptions;

export interface DeleteOptions<T extends ObjectType> extends CallOptions {
  /** What the object type takes, e.g. `remove_subnets` of a network container. */
  readonly args?: DeleteArguments<T> | undefined;
}

/** Parameters and options of a function call; parameters may be left out where the function needs none. */
export type CallArguments<T extends ObjectType, Name extends FunctionName<T>> =
  Record<never, never> extends FunctionParameters<T, Name>
    ? [parameters?: FunctionParameters<T, Name>, options?: CallOptions]
    : [parameters: FunctionParameters<T, Name>, options?: CallOptions];

/** Parameters of a function call that is a step of a batch. */
export type StepCallArguments<T extends ObjectType, Name extends FunctionName<T>> =
  Record<never, never> extends FunctionParameters<T, Name>
    ? [parameters?: FunctionParameters<T, Name>]
    : [parameters: FunctionParameters<T, Name>];
