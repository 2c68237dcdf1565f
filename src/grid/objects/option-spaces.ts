/** DHCP option spaces and the definitions of options in them. */

import { conflict, notFound } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";

/** The types of one address family, and the space that is there without being an object of a fresh grid's list. */
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
    afterUpdate(entity, before, _draft, grid) {
      if (entity.key === before.key) return;
      for (const option of definitionsOf(before, grid)) grid.update(option, { space: entity.values["name"] });
    },
    beforeDelete(entity, _args, grid) {
      if (definitionsOf(entity, grid).length === 0) return;
      // Guess: how the sentence begins.
      const name = String(entity.values["name"]);
      throw conflict(`The option space '${name}' cannot be deleted as it has an option referenced.`);
    },
  };
}

function definitionRules({ space, definition, standardSpace, internal }: Family): Rules {
  const spaceOf = ({ values }: Draft | Entity) => String(values["space"] ?? standardSpace);
  const requireSpace = (draft: Draft, grid: Grid) => {
    const name = spaceOf(draft);
    draft.values["space"] = name;
    if (name === standardSpace || grid.find(space, "name", name).length > 0) return;
    // Guess: the sentence follows those for views and members.
    throw notFound(`Option Space ${name} not found`);
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
    beforeCreate: requireSpace,
    beforeUpdate: (draft, _before, grid) => requireSpace(draft, grid),
  };
}

export const optionSpaceRules: readonly Rules[] = families.flatMap((family) => [
  spaceRules(family),
  definitionRules(family),
]);
