import type { GridProfile } from "infoblox-ipam";
import { type EveryWay, longestRequest } from "./every-way.js";

/** The variants of a grid, and whether guards alone are enough on each. */
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

/** The probe's result on such a grid. */
export function profileOf({ assumptions = {} }: Pick<Variant, "assumptions">): GridProfile {
  const { requestIsTransactional = true, isolation = "serial", choosesNextSideBySide = false } = assumptions;
  const { searchSeesWritesAfter = 0, searchFindsGoneFor = 0 } = assumptions;
  return {
    ...{ format: 1, wapiVersion: "2.14", probed: "2026-11-30" },
    facts: {
      ...{ requestIsTransactional, isolation, choosesNextSideBySide },
      ...{ searchSeesWritesAfter, searchFindsGoneFor, longestRequest },
    },
  };
}

/** The same for a grid that may keep one network twice, so that places do not work and calls wait. */
export function waitingProfileOf(variant: Pick<Variant, "assumptions">): GridProfile {
  const { facts, ...profile } = profileOf(variant);
  return { ...profile, facts: { ...facts, networksAreUnique: false } };
}

/** Grids on which objects with an id need places or waits. */
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
