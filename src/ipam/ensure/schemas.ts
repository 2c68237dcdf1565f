import type { z as Zod } from "zod";
import { recordTypes } from "../objects/record-kinds.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { SourceQuery } from "../requests/targets.js";
import { gatewayField } from "../subnets/schemas.js";
import type {
  DesiredContainer,
  DesiredFixedAddress,
  DesiredHost,
  DesiredRange,
  DesiredRecord,
  DesiredReservation,
  DesiredState,
  DesiredSubnet,
  EnsureOptions,
} from "./description.js";

/** Checks descriptions. @throws {InvalidRequestError} for the first error, with its path */
export const checkDesired = requestCheck(desiredSchemas);

/** Exported for the test of types. */
export function desiredSchemas(z: typeof Zod) {
  const { optional, call, description, bits, cidr, address, name, mac, duid, ttl, viewName, requestId } =
    requestFields(z);
  const { called, flag, strategy, family, dnsName, recordData, dhcp, subnetDhcp, where } = requestFields(z);
  const { comment, cloud, fields } = description;
  const attribute = z.union(
    [z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))],
    "must be a text, a number, a list of these, true, false, or null for none",
  );
  const described = { comment, extattrs: z.record(z.string(), attribute).optional(), cloud, fields };
  const pool = z.strictObject({ pool: z.string() });
  const query = z.strictObject({
    ...optional({ extattrs: where, comment: z.string(), family, optional: flag }),
  } satisfies Shape<Omit<SourceQuery, "ip">>);
  // A pool with `from` is no query, so that its errors name the right field.
  const alone = query.extend({ from: z.undefined().optional() });
  const pooled = z.union([z.string(), alone], "must be a CIDR, or a query");
  const sources = z.union([pooled, z.array(pooled)], "must be CIDRs or queries");
  const reference = (kinds: readonly string[]) => {
    const named = Object.fromEntries(kinds.map((kind) => [kind, z.string().optional()]));
    const one = z.union(
      [z.string(), z.strictObject(named), pool, query],
      `must be a CIDR, { ${kinds[0]}: "blue" }, a pool, or a query`,
    );
    return z.union(
      [one, z.array(one)],
      "must be a CIDR, an entry of the description, a pool, a query, or a list of these",
    );
  };
  const block = {
    ...described,
    ...optional({ name, cidr, from: reference(["container"]), strategy, prefixLength: bits }),
  };
  const addresses = reference(["subnet", "range"]);
  const taken = { ...described, ...optional({ ip: address, from: addresses, strategy, name }) };
  const container = z.strictObject(block satisfies Shape<DesiredContainer>);
  const subnet = z.strictObject({
    ...block,
    ...optional({ gateway: gatewayField(z), dhcp: subnetDhcp }),
  } satisfies Shape<DesiredSubnet>);
  const range = z.strictObject({
    ...described,
    first: address,
    last: address,
    ...optional({ in: cidr, name }),
  } satisfies Shape<DesiredRange>);
  const host = z.strictObject({
    ...described,
    name,
    ips: z.union([address, z.array(address).min(1, "must not be empty")], "must be addresses").optional(),
    from: z.union([addresses, z.strictObject({ ipv4: addresses, ipv6: addresses })]).optional(),
    ...optional({ strategy, mac, duid, dns: flag, aliases: z.array(name), ttl, dhcp }),
  } satisfies Shape<DesiredHost>);
  const reservation = z.strictObject(taken satisfies Shape<DesiredReservation>);
  const fixed = z.strictObject({
    ...taken,
    ...optional({ mac, duid, dhcp }),
  } satisfies Shape<DesiredFixedAddress>);
  const record = z.strictObject({
    ...described,
    type: z.literal(recordTypes, `must be one of ${recordTypes.join(", ")}`),
    name: dnsName,
    ...recordData,
    ...optional({ ttl, exclusive: flag }),
  } satisfies Shape<DesiredRecord>);

  return {
    ensure: z.strictObject({
      ...optional({ networkView: viewName, dnsView: viewName }),
      name: requestId,
      requestId,
      pools: z
        .record(
          z.string(),
          z.union(
            [z.strictObject({ from: sources, strategy }), sources],
            "must be CIDRs or queries, or these as from, with a strategy",
          ),
        )
        .optional(),
      ...optional({ containers: z.array(container), subnets: z.array(subnet), ranges: z.array(range) }),
      ...optional({ hosts: z.array(host), fixedAddresses: z.array(fixed) }),
      ...optional({ reservations: z.array(reservation), records: z.array(record) }),
    } satisfies Shape<DesiredState>),

    options: z.strictObject({
      ...call,
      ...{ dryRun: flag, prune: flag, replace: flag },
      onProgress: called<NonNullable<EnsureOptions["onProgress"]>>().optional(),
    } satisfies Shape<EnsureOptions>),
  };
}
