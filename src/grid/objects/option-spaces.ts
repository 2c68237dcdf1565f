/** DHCP option spaces and the definitions of options in them. */

import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";

/** The types of one address family, and the standard space, which exists without an object. */
interface Family {
  readonly space: string;
  readonly definition: string;
  readonly standardSpace: string;
  readonly internal: string;
}

const families: readonly Family[] = [
  {
    space: "dhcpoptionspace",
    definition: "dhcpoptiondefinition",
    standardSpace: "DHCP",
    internal: "dns.option",
  },
  {
    space: "ipv6dhcpoptionspace",
    definition: "ipv6dhcpoptiondefinition",
    standardSpace: "DHCPv6",
    internal: "dns.ipv6_option",
  },
];

function spaceRules({ space, definition, internal }: Family): Rules {
  const definitionsOf = ({ values }: Entity, grid: Grid) =>
    grid.find(definition, "space", String(values["name"]));
  return {
    type: space,
    internal: `${internal}_space`,
    defaults: { space_type: "VENDOR_SPACE" },
    read: {
      option_definitions: (entity, { grid }) =>
        definitionsOf(entity, grid).map(({ values }) => String(values["name"])),
    },
  };
}

function definitionRules({ definition, standardSpace, internal }: Family): Rules {
  const spaceOf = ({ values }: Draft | Entity) => String(values["space"] ?? standardSpace);
  const fillIn = ({ values }: Draft) => {
    values["space"] ??= standardSpace;
  };
  return {
    type: definition,
    internal: `${internal}_definition`,
    defaults: { space: standardSpace },
    key: (option) => {
      const { code, name } = option.values;
      return `${internal}_definition$${spaceOf(option)}..${String(code)}.${String(name)}`;
    },
    name: (option) => [spaceOf(option), String(option.values["name"])],
    beforeCreate: fillIn,
    beforeUpdate: fillIn,
  };
}

export const optionSpaceRules: readonly Rules[] = families.flatMap((family) => [
  spaceRules(family),
  definitionRules(family),
]);
