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

/** Options of a client: how to reach the grid, and how to use WAPI. */
export interface WapiClientOptions extends TransportOptions {
  /**
   * The WAPI version, e.g. `"2.12"`. Default: the newest that the grid offers and the client knows, which the client
   * asks for once. Environment: `INFOBLOX_WAPI_VERSION`.
   */
  readonly wapiVersion?: string | undefined;
  /**
   * How closely answers are checked. `"basic"` (default) checks where a wrong shape would harm, `"strict"` checks every
   * known field, and `"off"` checks nothing.
   */
  readonly validate?: Validation | undefined;
  /** Objects in each page. Default 1,000. */
  readonly pageSize?: number | undefined;
}

/** Options that a child client may set itself: see `WapiClient.with`. */
export type WapiClientOverrides = TransportOverrides &
  Pick<WapiClientOptions, "wapiVersion" | "validate" | "pageSize">;

/** The names of a child client's options, for the error about a misspelt one. */
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

/** @throws {InvalidRequestError} for an option that a client, or a child, does not have */
export function refuseUnknownClientOptions(options: unknown, isChild: boolean): void {
  refuseUnknown(options, Object.keys(isChild ? childOptions : clientOptions));
}

/** The fields of the answer: exactly `fields`, or the standard ones and `addFields`. */
export interface ReadOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> {
  /** Exactly these fields. `"ipv4addrs.mac"` asks for a part of a field. */
  // Editors offer the possible names. Without the second type they would offer only the standard fields, the default of
  // F.
  readonly fields?: readonly (F | NoInfer<FieldName<T>>)[] | undefined;
  /** These fields in addition to the standard ones. */
  readonly addFields?: readonly A[] | undefined;
}

/** The criteria of a search, and the fields of the answer. */
export interface SearchOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>>
  extends ReadOptions<T, F, A> {
  /** Criteria that must all hold. Default: every object of the type. */
  readonly where?: Where<T> | undefined;
}

/** Options of `WapiClient.find` and `iterate`. */
export type FindOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = SearchOptions<
  T,
  F,
  A
> &
  ListLimits &
  CallOptions & {
    /** Called after each page with the number of objects read so far. */
    readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  };

/** Options of `WapiClient.findOne`. */
export type FindOneOptions<
  T extends ObjectType,
  F extends FieldName<T>,
  A extends FieldName<T>,
> = SearchOptions<T, F, A> & CallOptions;

/** Options of `WapiClient.get`. */
export type GetOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = ReadOptions<
  T,
  F,
  A
> &
  CallOptions;

/** Options of a write, whose answer is the object as the grid then holds it. */
export type WriteOptions<T extends ObjectType, F extends FieldName<T>, A extends FieldName<T>> = ReadOptions<
  T,
  F,
  A
> &
  CallOptions;

/** Options of `WapiClient.delete`. */
export interface DeleteOptions<T extends ObjectType> extends CallOptions {
  /** Arguments of the object type, e.g. `remove_subnets` of a network container. */
  readonly args?: DeleteArguments<T> | undefined;
}

/** Parameters and options of a function call. Parameters may be left out if the function requires none. */
export type CallArguments<T extends ObjectType, Name extends FunctionName<T>> =
  Record<never, never> extends FunctionParameters<T, Name>
    ? [parameters?: FunctionParameters<T, Name>, options?: CallOptions]
    : [parameters: FunctionParameters<T, Name>, options?: CallOptions];

/** Parameters of a function call that is a step of a batch. */
export type StepCallArguments<T extends ObjectType, Name extends FunctionName<T>> =
  Record<never, never> extends FunctionParameters<T, Name>
    ? [parameters?: FunctionParameters<T, Name>]
    : [parameters: FunctionParameters<T, Name>];
