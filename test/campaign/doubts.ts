import type { IpamOptions } from "infoblox-ipam";
import type { Campaign } from "./campaign.js";
import { profileOf } from "./variants.js";

/** Unknown behaviours of a grid, with what docs/reliability.md asks of its users: a profile, or an option. */
export interface Doubt extends Pick<Campaign, "assumptions" | "duplicatesWrites" | "profile"> {
  /** `where …` */
  readonly grid: string;
  readonly options: IpamOptions;
}

const lag = 300;
const keepsParts = { requestIsTransactional: false };
const keepsPartsAndLags = { ...keepsParts, searchSeesWritesAfter: lag };

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
    profile: profileOf({ assumptions: keepsParts }),
    assumptions: keepsParts,
  },
  {
    grid: "where searches lag behind writes",
    ...lagging,
    assumptions: { searchSeesWritesAfter: lag },
  },
  {
    grid: "where both is so",
    ...lagging,
    options: {},
    profile: profileOf({ assumptions: keepsPartsAndLags }),
    assumptions: keepsPartsAndLags,
  },
];
