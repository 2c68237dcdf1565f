/**
 * One switch for each behaviour of a grid that no public source describes. The defaults are the likelier answers. A
 * test that depends on one should pass with both.
 */

/** FakeGrid's assumptions about grids: see `FakeGridOptions.assumptions`. */
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
   * How a search argument without a value (`ipv4addr=`) is treated, which Infoblox's Go client sends for unset
   * arguments: `ignored`, or `compared` like any other value, which finds nothing or is refused as an invalid address.
   */
  readonly emptySearchValue: "ignored" | "compared";
  /**
   * How a search by `ip_address` or `network` is answered for addresses outside all networks: `refused`, as recorded
   * for single addresses, or answered with an empty list.
   */
  readonly addressOutsideNetworks: "refused" | "empty";
  /**
   * Whether searches by `ip_address` of `ipv4address` and `ipv6address`, and by `contains_address` of networks, search
   * only the default network view if they name none; `false`: every view.
   */
  readonly addressSearchesDefaultView: boolean;
  /**
   * In a `request`, an `assign_state` of a search that found nothing fails the whole request; `false`: it assigns
   * nothing.
   */
  readonly emptyAssignFails: boolean;
  /**
   * The order of lists. `recorded`: as in recorded answers, searches by `name` by internal key, and most others oldest
   * object first. `shuffled`: in another order each time, for tests of code that must not rely on an order.
   */
  readonly listOrder: "recorded" | "age" | "key" | "shuffled";
  /**
   * When an attribute with flag `M` is required: on `removal`, when an object would lose it, or `always`, also on
   * creates.
   */
  readonly requiredAttributes: "removal" | "always";
  /** `utilization` of a network counts every address of its DHCP ranges; `false`: only those in use. */
  readonly utilizationCountsRanges: boolean;
  /**
   * Milliseconds of the grid's clock between two counts of `utilization`. In between, the figures of networks and
   * containers do not change. 0: they are always current.
   */
  readonly utilizationUpdatesEvery: number;
  /**
   * A write of a record's `ttl` sets `use_ttl`, for every type or for none. Sources differ on hosts: see
   * `hostTtlRaisesUseTtl`.
   */
  readonly ttlRaisesUseTtl: boolean;
  /** The same for `record:host`: a live grid was seen to leave `use_ttl` unset. */
  readonly hostTtlRaisesUseTtl: boolean;
  /** Deleting a network view also deletes its other DNS views; `false`: they prevent the deletion. */
  readonly networkViewTakesItsViews: boolean;
  /**
   * An in-body `next_available_network` may name a leaf network, which turns into a container when the new network is
   * created; `false`: it is refused as an overlap.
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
   * Whether a zone or name server group that names an unknown member is refused. Real grids answer `Grid Member x not
   * found` in some places; whether here is not known, and examples of clients name members of their own grids.
   */
  readonly unknownDnsMemberIsRefused: boolean;
  /**
   * Deleting an object that others name or refer to (a template, filter, failover association, role, named list,
   * topology …) is refused; `false`: the others lose the reference, unless they require it.
   */
  readonly usedObjectsStay: boolean;
  /** A change to a record leaves a restart of DNS pending, like a change to a zone; `false`: a running server applies it. */
  readonly recordsNeedRestart: boolean;
  /**
   * Milliseconds of the grid's clock before a search by criteria finds a new object. Reads by reference, uniqueness
   * checks, and the choice of the next available address or network see it at once.
   */
  readonly searchSeesWritesAfter: number;
  /**
   * Milliseconds of the grid's clock for which a search by criteria still finds deleted objects, and changed objects in
   * their old state.
   */
  readonly searchFindsGoneFor: number;
  /**
   * `serial`: writes are carried out one after the other. `none`: they run side by side. The searches of each see what
   * was committed when it began and what it has written itself; it commits at its end (see `transactionTime`). Unique
   * values stay unique: of two networks with one CIDR, the second is refused.
   */
  readonly isolation: "serial" | "none";
  /**
   * With `isolation: "none"`: the next available address or network is chosen among those that are free when the
   * request begins. Requests that run side by side choose the same one, and get it if the grid accepts it twice, as for
   * hosts without DHCP. `false`: it is chosen at the end.
   */
  readonly choosesNextSideBySide: boolean;
  /**
   * With `isolation: "none"`: a change or deletion of an object is refused if another request has changed or replaced
   * it since this request began. `false`: it applies to the object that has the reference now.
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

/** The valid words of switches that are not booleans. A profile may have others. */
export const assumptionWords = {
  rootSchemaVersion: ["text", "number"],
  emptySearchValue: ["ignored", "compared"],
  addressOutsideNetworks: ["refused", "empty"],
  listOrder: ["recorded", "age", "key", "shuffled"],
  requiredAttributes: ["removal", "always"],
  logoutBody: ["", "{}"],
  isolation: ["serial", "none"],
} as const satisfies { readonly [Switch in keyof Assumptions]?: readonly Assumptions[Switch][] };
