import type { IpamOptions } from "infoblox-ipam";
import type { Campaign } from "./campaign.js";

/** What nobody knows of a grid, and what an `Ipam` is told of it. */
export interface Doubt extends Pick<Campaign, "assumptions" | "duplicatesWrites"> {
  /** `where …` */
  readonly grid: string;
  readonly options: IpamOptions;
}

const lag = 300;

/**
 * Where searches lag, a guard finds nothing of a write that the network has just delivered: what it delivers twice is
 * then made twice, a limit that is documented.
 */
const lagging = { options: { searchDelay: lag }, duplicatesWrites: false };

export const doubts: readonly Doubt[] = [
  { grid: "where a request is a transaction", options: {} },
  {
    grid: "where a request that fails keeps what was done before",
    options: {},
    assumptions: { requestIsTransactional: false },
  },
  {
    grid: "where searches lag behind writes",
    ...lagging,
    assumptions: { searchSeesWritesAfter: lag },
  },
  {
    grid: "where both is so",
    ...lagging,
    assumptions: { requestIsTransactional: false, searchSeesWritesAfter: lag },
  },
];
