import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../request-check.js";
import { requestFields } from "../request-fields.js";
import { type InventoryOptions, inventoryParts } from "./requests.js";

/** Checks the requests of inventories. @throws {InvalidRequestError} for the first thing that is wrong */
export const checkInventoryRequest = requestCheck(inventorySchemasWith);

function inventorySchemasWith(z: typeof Zod) {
  const { call, called, cidr, viewName } = requestFields(z);
  const inventory = {
    ...call,
    networkViews: z.union([viewName, z.array(viewName).min(1, "must name a network view")]).optional(),
    within: z.union([cidr, z.array(cidr).min(1, "must name a block")]).optional(),
    families: z
      .array(z.literal([4, 6], "must be 4 or 6"))
      .min(1, "must name a family")
      .optional(),
    include: z.array(z.literal(inventoryParts, `must be one of ${inventoryParts.join(", ")}`)).optional(),
    memory: z.number("must be megabytes").positive("must be more than 0").optional(),
    onProgress: called<NonNullable<InventoryOptions["onProgress"]>>().optional(),
  } satisfies Shape<InventoryOptions>;
  return { inventory: z.strictObject(inventory) };
}
