import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { MapOptions } from "./requests.js";

/** Checks the options of `ipam.map`. @throws {InvalidRequestError} for the first error */
export const checkMapRequest = requestCheck((z: typeof Zod) => {
  const { reading, called } = requestFields(z);
  return {
    map: z.strictObject({
      ...reading,
      history: z
        .custom<MapOptions["history"]>(
          (value) => (typeof value === "string" && value !== "") || Array.isArray(value),
          "must be a folder or a list of inventories",
        )
        .optional(),
      addresses: z.boolean().optional(),
      onRead: called<NonNullable<MapOptions["onRead"]>>().optional(),
      onProgress: called<NonNullable<MapOptions["onProgress"]>>().optional(),
    } satisfies Shape<MapOptions>),
  };
});
