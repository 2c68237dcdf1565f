/** The comparison of described DHCP settings with those on the grid. */

import type { Family } from "../../cidr.js";
import {
  isOneOption,
  isSameOptions,
  ownOptions,
  routers,
  type WireOption,
  wireOption,
} from "../requests/dhcp-options.js";
import {
  dhcpFields,
  type NewDhcp,
  type NewSubnetDhcp,
  newOptions,
  routerOption,
} from "../requests/dhcp-settings.js";
import { comparedField, object, sameSet } from "./comparing.js";
import type { Compared, FoundWithRow, Row } from "./entry.js";

/**
 * The complete options of a subnet: the router, and the described options, or if there are none those that it has. Each correction
 * writes this same list.
 */
export function optionFields(
  row: Row,
  router: string | undefined,
  described: readonly WireOption[] | undefined,
): Readonly<Record<string, unknown>> {
  const told = router === undefined ? undefined : wireOption(routerOption(router));
  const others = described ?? ownOptions(row);
  const kept = told === undefined ? others : others.filter((option) => !isOneOption(routers, option));
  return { options: [...kept, ...(told === undefined ? [] : [told])], use_options: true };
}

/** The described options. If only the lease time is described, the other options of the row stay. `undefined` if none is described. */
export function describedOptions(
  dhcp: NewSubnetDhcp | undefined,
  family: Family,
  row: Row,
): readonly WireOption[] | undefined {
  if (dhcp === undefined) return undefined;
  const wanted = newOptions(family, dhcp);
  if (dhcp.options !== undefined) return wanted;
  const [lease] = wanted;
  if (lease === undefined) return undefined;
  return [...ownOptions(row).filter((option) => !isOneOption(lease, option)), lease];
}

/** The comparisons of DHCP settings. A description has all own options of a subnet, except the router of its gateway. */
export function comparedDhcp(
  dhcp: NewSubnetDhcp,
  family: Family,
  routerIn: ((found: FoundWithRow) => string | undefined) | undefined,
): Compared[] {
  const wanted = newOptions(family, dhcp);
  const { members, leaseTime } = dhcp;
  const fields = dhcpFields(family, { ...dhcp, options: [], leaseTime: undefined });
  const others = (options: readonly WireOption[]) =>
    routerIn === undefined ? options : options.filter((option) => !isOneOption(routers, option));
  const compared: Compared[] = [];
  if (dhcp.options !== undefined || wanted.length > 0) {
    compared.push({
      field: "dhcp.options",
      wanted,
      actual: ({ row }) => others(ownOptions(row)),
      isSame: (actual, { row }) =>
        isSameOptions(others(describedOptions(dhcp, family, row) ?? []), actual as readonly WireOption[]),
      correct: (found) => {
        const described = describedOptions(dhcp, family, found.row);
        return object({ fields: optionFields(found.row, routerIn?.(found), described) });
      },
    });
  }
  if (members !== undefined) {
    compared.push({
      field: "dhcp.members",
      wanted: [...members],
      actual: ({ row }) => ((row["members"] ?? []) as readonly { name?: string }[]).map(({ name }) => name),
      isSame: (actual) => sameSet(members, actual),
      correct: () => object({ fields: { members: fields["members"] } }),
    });
  }
  if (family === 6 && leaseTime !== undefined) {
    compared.push({
      ...comparedField("valid_lifetime", leaseTime, "valid_lifetime", "dhcp.leaseTime"),
      correct: () => object({ fields: { valid_lifetime: leaseTime, use_valid_lifetime: true } }),
    });
  }
  return compared;
}

/** The fields that {@link comparedDhcp} compares. */
export function dhcpFieldsRead(family: Family, { members, leaseTime }: NewSubnetDhcp): string[] {
  return [
    ...["options", "use_options"],
    ...(members === undefined ? [] : ["members"]),
    ...(leaseTime === undefined || family === 4 ? [] : ["valid_lifetime"]),
  ];
}

/** The same for each address of a host, which is an object of its own on the grid. */
export function comparedDhcpOfHost(
  dhcp: NewDhcp,
  rowsOf: (found: FoundWithRow, family: Family) => readonly Row[],
): Compared[] {
  return ([4, 6] as const).flatMap((family) =>
    comparedDhcp(dhcp, family, undefined).map((one): Compared => {
      const wrongIn = (found: FoundWithRow) =>
        rowsOf(found, family)
          .map((row) => ({ ...found, row }))
          .filter((own) => !(one.isSame?.(one.actual(own), own) ?? one.actual(own) === one.wanted));
      return {
        ...{ field: one.field, wanted: one.wanted },
        actual: (found) => rowsOf(found, family).map((row) => one.actual({ ...found, row })),
        isSame: (_, found) => wrongIn(found).length === 0,
        correct: (found) =>
          wrongIn(found).flatMap((own) => {
            const changes = [one.correct(own)].flat().filter((correction) => correction.kind === "object");
            return changes.map((change) => ({ ...change, kind: "other" as const, ref: own.row._ref }));
          }),
      };
    }),
  );
}
