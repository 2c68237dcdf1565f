import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import {
  type AnonymizeOptions,
  type ComparisonOptions,
  type FindingsOptions,
  type ImportMapping,
  type InventoryCsvOptions,
  type InventoryOptions,
  inventoryParts,
  type WatchOptions,
} from "./requests.js";

/** Checks the requests of inventories. @throws {InvalidRequestError} for the first error */
export const checkInventoryRequest = requestCheck((z) => {
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
    memory: z.number("must be a number of megabytes").positive("must be more than 0").optional(),
    onProgress: called<NonNullable<InventoryOptions["onProgress"]>>().optional(),
  } satisfies Shape<InventoryOptions>;
  const { onProgress: _, ...watched } = inventory;
  const texts = z.array(z.string("must be a text"), "must be a list of texts").readonly();
  const attribute = z.string().min(1, "must be the name of an extensible attribute").optional();
  const names = z.record(z.string(), z.string("must be a text"), "must be an object").optional();
  return {
    comparison: z.strictObject({ ignore: texts.optional() } satisfies Shape<ComparisonOptions>),
    anonymize: z.strictObject({
      secret: z.string("must be a text").min(1, "must not be empty").optional(),
    } satisfies Shape<AnonymizeOptions>),
    csv: z.strictObject({ attributes: texts.optional() } satisfies Shape<InventoryCsvOptions>),
    mapping: z.strictObject({
      ...{ tenant: attribute, role: attribute, status: attribute, description: attribute },
      ...{ customFields: names, views: names },
    } satisfies Shape<ImportMapping>),
    inventory: z.strictObject(inventory),
    watch: z.strictObject({
      ...watched,
      interval: z.number("must be a number of milliseconds").positive("must be more than 0"),
      cursor: z.string().min(1, "must be the name of a file").optional(),
      ignore: z.array(z.string()).optional(),
      onLook: called<NonNullable<WatchOptions["onLook"]>>().optional(),
    } satisfies Shape<WatchOptions>),
    findings: z.strictObject({
      fullFrom: z.number("must be a number").min(0, "is at least 0").max(100, "is at most 100").optional(),
      routedBy: attribute,
    } satisfies Shape<FindingsOptions>),
  };
});
