import { historySchema } from "../capacity/schemas.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { MapOptions } from "./requests.js";

/** Checks the options of `ipam.map`. @throws {InvalidRequestError} for the first error */
export const checkMapRequest = requestCheck((z) => {
  const { reading, called } = requestFields(z);
  return {
    map: z.strictObject({
      ...reading,
      history: historySchema(z).optional(),
      addresses: z.boolean().optional(),
      onRead: called<NonNullable<MapOptions["onRead"]>>().optional(),
      onProgress: called<NonNullable<MapOptions["onProgress"]>>().optional(),
    } satisfies Shape<MapOptions>),
  };
});
