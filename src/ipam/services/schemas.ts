import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { RestartOptions, ServiceOptions } from "./requests.js";

/** Checks the requests of `ipam.services`. @throws {InvalidRequestError} for the first error */
export const checkServiceRequest = requestCheck((z) => {
  const { call, name } = requestFields(z);
  const milliseconds = z.int("must be whole milliseconds").min(0, "must not be negative");
  const waiting = {
    ...call,
    every: milliseconds.default(1_000),
    patience: milliseconds.default(300_000),
  } satisfies Shape<ServiceOptions>;
  const service = z.literal(["DNS", "DHCP", "DHCPV4", "DHCPV6"], "must be DNS, DHCP, DHCPV4 or DHCPV6");
  return {
    status: z.strictObject(waiting),
    restart: z.strictObject({
      ...waiting,
      services: z.array(service).min(1, "names no service").readonly().optional(),
      members: z.array(name).min(1, "names no member").readonly().optional(),
      force: z.boolean().default(false),
      wait: z.boolean().default(true),
    } satisfies Shape<RestartOptions>),
  };
});
