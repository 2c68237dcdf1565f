/** How long a container, subnet or range lasts at its own pace. */
export interface Forecast {
  readonly kind: "container" | "subnet" | "range";
  readonly networkView: string;
  /** A CIDR, or a range: `"10.0.7.100-10.0.7.199"`. */
  readonly place: string;
  /** Addresses. Of a container, those that lie in subnets are used. */
  readonly total: number;
  readonly used: number;
  /** 0 to 100, with two decimals. */
  readonly percent: number;
  /** In how many inventories it is, from when to when. */
  readonly samples: number;
  readonly since: string;
  readonly until: string;
  /** How many addresses more are used each day; `undefined` of a single inventory. */
  readonly perDay: number | undefined;
  /** When it is full at that pace, in ISO 8601; `undefined`: never. */
  readonly fullAt: string | undefined;
  /** From the last inventory on. */
  readonly daysLeft: number | undefined;
  /**
   * Between which times it is full with 95 % certainty, if the pace stays. `undefined` of two inventories; `latest`
   * also where it may be that it never is.
   */
  readonly earliest: string | undefined;
  readonly latest: string | undefined;
}
