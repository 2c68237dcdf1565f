/** When a container, subnet or range is full if it keeps its pace of growth. */
export interface Forecast {
  readonly kind: "container" | "subnet" | "range";
  readonly networkView: string;
  /** A CIDR, or a range: `"10.0.7.100-10.0.7.199"`. */
  readonly place: string;
  /** The number of addresses. In a container, the addresses of its subnets count as used. */
  readonly total: number;
  readonly used: number;
  /** 0 to 100, with two decimals. */
  readonly percent: number;
  /** The number of inventories that contain it. */
  readonly samples: number;
  /** When the first of these inventories was read, in ISO 8601; `until`: the last. */
  readonly since: string;
  readonly until: string;
  /** The growth in addresses a day; `undefined` if all inventories are of one time. */
  readonly perDay: number | undefined;
  /** When it is full at this pace, in ISO 8601; `undefined`: never. */
  readonly fullAt: string | undefined;
  /** Days from the last inventory to `fullAt`. */
  readonly daysLeft: number | undefined;
  /**
   * The 95 % interval of `fullAt`, in ISO 8601: the earliest and the latest time. `undefined` for two inventories or
   * fewer; `latest` is also `undefined` if it may never be full.
   */
  readonly earliest: string | undefined;
  readonly latest: string | undefined;
}
