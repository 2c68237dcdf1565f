/**
 * Definitions of extensible attributes: which changes are allowed, and what they change in objects that have the
 * attribute.
 */

import { conflict, invalidValue } from "../model/answers.js";
import { attributesOf, definitionKey, hasFlag } from "../model/attribute-values.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { isSuperuser } from "./administration.js";

export const attributeDefinitionRules: Rules = {
  type: "extensibleattributedef",
  internal: "one.extensible_attributes_def",
  key: ({ values }) => definitionKey(String(values["name"])),
  defaults: { namespace: "default", flags: "" },

  beforeCreate(draft, grid) {
    if (draft.requested) requireSuperuser("create", draft, grid);
    checkFlags(draft);
  },
  beforeUpdate(draft, before, grid) {
    if (draft.requested) requireSuperuser("modify", before, grid);
    checkFlags(draft);
    for (const [field, refusal] of Object.entries(immutable)) {
      if (draft.values[field] !== before.values[field]) throw conflict(refusal);
    }
  },
  afterUpdate(definition, before, _draft, grid) {
    const [from, to] = [String(before.values["name"]), String(definition.values["name"])];
    if (from !== to) rename(from, to, grid);
  },

  beforeDelete(definition, _args, grid) {
    requireSuperuser("delete", definition, grid);
    if (!hasFlag(definition, "R")) return;
    // Guess definition-read-only-sentence (documented; cannot): the sentence. A grid is known to require that the flag
    // is removed first.
    throw conflict(
      `Cannot delete the extensible attribute definition '${String(definition.values["name"])}' because it is read-only.`,
    );
  },
  afterDelete: (definition, _args, grid) => rename(String(definition.values["name"]), undefined, grid),
};

/** Known for creates. Guess definition-superuser-verbs (analogy; cannot): the other verbs. */
function requireSuperuser(verb: string, { values }: Draft | Entity, grid: Grid): void {
  if (isSuperuser(grid)) return;
  throw conflict(
    `Cannot ${verb} extensible attribute definition '${String(values["name"])}'. Only superusers can manage extensible attribute definition`,
  );
}

/** The sentence for `max` follows the one known for `min`. */
const immutable = {
  type: "Type of extensible attribute definition cannot be modified",
  min: "Minimum value cannot be modified",
  max: "Maximum value cannot be modified",
} as const;

/**
 * The order of flags: audited, cloud, cloud master, inheritable, list, mandatory, private, read-only, sorted, several
 * values.
 */
const flagOrder = /^A?C?G?I?L?M?P?R?S?V?$/;

function checkFlags({ values: { flags = "" } }: Draft): void {
  // Guess definition-flags-sentence (recorded; cannot): the sentence. The grid is known to refuse `RC` and accept `CR`.
  if (!flagOrder.test(String(flags))) throw invalidValue("flags", flags, "Invalid flags");
}

/** Renames or removes the attribute in every object that has it. */
function rename(from: string, to: string | undefined, grid: Grid): void {
  for (const type of [...grid.store.types()]) {
    for (const entity of [...grid.all(type)]) {
      if (attributesOf(entity)[from]) grid.put(withRenamed(entity, from, to));
    }
  }
}

function withRenamed(entity: Entity, from: string, to: string | undefined): Entity {
  const { [from]: attribute, ...others } = attributesOf(entity);
  const extattrs = to === undefined || !attribute ? others : { ...others, [to]: attribute };
  return { ...entity, values: { ...entity.values, extattrs } };
}
