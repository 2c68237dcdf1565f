/**
 * What nobody outside knows about a grid, one switch per doubt. The defaults are the likelier answers; a test that
 * depends on one should pass under both.
 */

export interface Assumptions {
  /** The calls of one `request` are one transaction: any failure undoes all. `false`: those before it stay. */
  readonly requestIsTransactional: boolean;
  /** Status of a successful `POST /request`. Clients take either. */
  readonly requestStatus: 200 | 201;
  /** The root's `schema_version`: text as object schemas quote it, or a number. */
  readonly rootSchemaVersion: "text" | "number";
  /** Whether `Unknown argument/field` quotes the field's name; older grids didn't. */
  readonly quotesUnknownFields: boolean;
  /** Whether `next_available_network` stops at 20 networks a call, as `next_available_ip` does at 20 addresses. */
  readonly nextNetworkIsCapped: boolean;
  /**
   * A search argument without a value (`ipv4addr=`), which Infoblox's Go client sends for what wasn't asked:
   * `ignored`, or `compared` like any other value, which finds nothing or is refused as no valid address.
   */
  readonly emptySearchValue: "ignored" | "compared";
  /**
   * A search by `ip_address`, or by `network`, for addresses that no network holds: `refused`, as recorded for single
   * addresses, or answered with an empty list.
   */
  readonly addressOutsideNetworks: "refused" | "empty";
  /**
   * `ip_address` of `ipv4address` and `ipv6address` and `contains_address` of networks are looked for in the default
   * network view where the search names none; `false`: in every view.
   */
  readonly addressSearchesDefaultView: boolean;
  /** In a `request`, an `assign_state` of a search that found nothing fails the whole; `false`: nothing is assigned. */
  readonly emptyAssignFails: boolean;
  /**
   * In which order lists come. `recorded`: as in recorded answers, searches by `name` by internal key and most others
   * oldest object first. `shuffled`: in another order each time, for tests of code that must not rely on one.
   */
  readonly listOrder: "recorded" | "age" | "key" | "shuffled";
  /**
   * When an attribute with flag `M` is insisted on: on `removal`, when an object that has it would lose it, or `always`,
   * on creates too.
   */
  readonly requiredAttributes: "removal" | "always";
  /** `utilization` of a network counts every address of its DHCP ranges; `false`: only those in use. */
  readonly utilizationCountsRanges: boolean;
  /**
   * Milliseconds of the grid's clock between two counts of `utilization`: in between, the figures of networks and
   * containers stay what they were. 0: they are always of this moment.
   */
  readonly utilizationUpdatesEvery: number;
  /** Setting a record's `ttl` raises `use_ttl`, for every type or for none. Sources differ on hosts: see `hostTtlRaisesUseTtl`. */
  readonly ttlRaisesUseTtl: boolean;
  /** The same for `record:host`, where a live grid was seen to keep `use_ttl` down. */
  readonly hostTtlRaisesUseTtl: boolean;
  /** Deleting a network view also deletes DNS views beside its default one; `false`: they stay and keep it from going. */
  readonly networkViewTakesItsViews: boolean;
  /**
   * An in-body `next_available_network` may name a leaf network, which turns into a container as the new network is
   * made; `false`: it is refused as an overlap.
   */
  readonly leafParentIsConverted: boolean;
  /** `_paging=1` without a positive `_max_results` is refused; `false`: pages of 1000. */
  readonly pagingNeedsLimit: boolean;
  /** The body of a successful logout: empty, or `{}`. */
  readonly logoutBody: "" | "{}";
  /** Whether `?_schema` needs credentials. */
  readonly schemaNeedsLogin: boolean;
  /** A lone address as a network (`10.0.0.1` without a prefix): a /32 (/128), or refused. */
  readonly loneAddressIsNetwork: boolean;
  /**
   * A zone or name server group may name a member that the grid doesn't have. Real grids say `Grid Member x not found`
   * somewhere; whether here isn't known, and examples of clients name members of grids of their own.
   */
  readonly unknownDnsMemberIsRefused: boolean;
  /**
   * Deleting what others name or refer to (a template, filter, failover association, role, named list, topology …) is
   * refused; `false`: they give it up, unless they can't be without it.
   */
  readonly usedObjectsStay: boolean;
  /**
   * A change to a record leaves a restart of DNS pending, as one to a zone does. `false`: a server takes it in as it
   * runs.
   */
  readonly recordsNeedRestart: boolean;
  /**
   * Milliseconds of the grid's clock before a search by criteria finds a new object. Reads by reference, the rules
   * of uniqueness and the next available address or network know it at once.
   */
  readonly searchSeesWritesAfter: number;
  /** Milliseconds of the grid's clock for which a search by criteria still finds what was deleted, and changed objects as they were. */
  readonly searchFindsGoneFor: number;
  /**
   * `serial`: writes are carried out one after the other. `none`: they run side by side; each sees in its searches what
   * was committed when it began and what it has written itself, and commits at its end (see `transactionTime`). What is
   * unique stays unique: of two networks with one CIDR, the second is refused.
   */
  readonly isolation: "serial" | "none";
  /**
   * With `isolation: "none"`: the next available address or network is chosen among what is free when the request
   * begins. Requests that run side by side choose the same one, and get it where the grid accepts it twice, as for hosts
   * without DHCP. `false`: it is chosen at the end.
   */
  readonly choosesNextSideBySide: boolean;
  /**
   * With `isolation: "none"`: a change or deletion of what somebody else has changed or replaced since the request began
   * is refused. `false`: it meets whatever has the reference now.
   */
  readonly refusesStaleWrites: boolean;
}

export const defaultAssumptions: Assumptions = {
  requestIsTransactional: true,
  requestStatus: 201,
  rootSchemaVersion: "text",
  quotesUnknownFields: true,
  nextNetworkIsCapped: true,
  emptySearchValue: "ignored",
  addressOutsideNetworks: "refused",
  addressSearchesDefaultView: true,
  emptyAssignFails: true,
  listOrder: "recorded",
  requiredAttributes: "removal",
  utilizationCountsRanges: true,
  utilizationUpdatesEvery: 900_000,
  ttlRaisesUseTtl: true,
  hostTtlRaisesUseTtl: false,
  networkViewTakesItsViews: false,
  leafParentIsConverted: true,
  pagingNeedsLimit: true,
  logoutBody: "",
  schemaNeedsLogin: true,
  loneAddressIsNetwork: true,
  unknownDnsMemberIsRefused: false,
  usedObjectsStay: true,
  recordsNeedRestart: false,
  searchSeesWritesAfter: 0,
  searchFindsGoneFor: 0,
  isolation: "serial",
  choosesNextSideBySide: false,
  refusesStaleWrites: false,
};

/** The words that a switch takes which is none of yes and no: a profile may have others. */
export const assumptionWords = {
  rootSchemaVersion: ["text", "number"],
  emptySearchValue: ["ignored", "compared"],
  addressOutsideNetworks: ["refused", "empty"],
  listOrder: ["recorded", "age", "key", "shuffled"],
  requiredAttributes: ["removal", "always"],
  logoutBody: ["", "{}"],
  isolation: ["serial", "none"],
} as const satisfies { readonly [Switch in keyof Assumptions]?: readonly Assumptions[Switch][] };
