import type { IpamOptions } from "infoblox-ipam";
import type { Campaign } from "./campaign.js";

/** Unknown behaviours of a grid, with the profile that an `Ipam` gets. */
export interface Doubt extends Pick<Campaign, "assumptions" | "duplicatesWrites"> {
  /** `where …` */
  readonly grid: string;
  readonly options: IpamOptions;
}

const lag = 300;

/**
 * If searches lag, a guard does not find a write that the network has just delivered. A write that is delivered twice
 * then creates two objects, which is a documented limit.
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
