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
