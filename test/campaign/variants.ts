import type { GridProfile } from "infoblox-ipam";
import type { EveryWay } from "./every-way.js";

/** What a grid may be like, and whether guards alone hold on it. */
export interface Variant extends Pick<EveryWay, "assumptions" | "options"> {
  /** `where …` */
  readonly grid: string;
}

/** Grids that run requests one after the other and undo what they refuse: guards alone hold. */
export const serialVariants: readonly Variant[] = [
  { grid: "where requests are serial" },
  { grid: "where an empty search assigns nothing", assumptions: { emptyAssignFails: false } },
  {
    grid: "where addresses outside networks are an empty list",
    assumptions: { addressOutsideNetworks: "empty" },
  },
  { grid: "where lists come in another order each time", assumptions: { listOrder: "shuffled" } },
];

/** What the probe finds of a grid like this. */
export function profileOf({ assumptions = {} }: Pick<Variant, "assumptions">): GridProfile {
  const { requestIsTransactional = true, isolation = "serial", choosesNextSideBySide = false } = assumptions;
  const { searchSeesWritesAfter = 0, searchFindsGoneFor = 0 } = assumptions;
  return {
    ...{ format: 1, wapiVersion: "2.14", probed: "2026-11-30" },
    facts: {
      ...{ requestIsTransactional, isolation, choosesNextSideBySide },
      ...{ searchSeesWritesAfter, searchFindsGoneFor, longestRequest: 1_000 },
    },
  };
}

/** Grids on which places or waits are needed for what has an id. */
export const otherVariants: readonly Variant[] = [
  { grid: "where refused requests keep their parts", assumptions: { requestIsTransactional: false } },
  { grid: "where searches lag", assumptions: { searchSeesWritesAfter: 300 } },
  { grid: "where searches find what is gone", assumptions: { searchFindsGoneFor: 300 } },
  { grid: "where requests run side by side", assumptions: { isolation: "none" } },
  {
    grid: "where requests run side by side and choose alike",
    assumptions: { isolation: "none", choosesNextSideBySide: true },
  },
  {
    grid: "where all of this is so",
    assumptions: {
      requestIsTransactional: false,
      searchSeesWritesAfter: 300,
      searchFindsGoneFor: 300,
      isolation: "none",
      choosesNextSideBySide: true,
    },
  },
];
