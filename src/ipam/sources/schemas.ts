import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { PeekOptions, PeekSubnets } from "./requests.js";

/** Checks the requests of peeks. @throws {InvalidRequestError} for the first error */
export const checkPeekRequest = requestCheck((z) => {
  const { reading, exclude, bits, count } = requestFields(z);
  return {
    peekAddresses: z.strictObject({ ...reading, exclude } satisfies Shape<PeekOptions>),

    peekSubnets: z.strictObject({
      ...reading,
      exclude,
      prefixLength: bits,
      count: count.optional(),
    } satisfies Shape<PeekSubnets>),
  };
});
