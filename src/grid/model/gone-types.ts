/** Object types that newer versions have removed. The facts are from a newer version and do not contain them. */

import { completeObject, type FieldFacts, type ObjectSchema } from "../../schema/facts.js";
import type { GoneType } from "../../schema/older-names.js";

const read = { types: ["string"], supports: "r" };
const written = { types: ["string"], supports: "rwu" };
const searched = { types: ["string"], supports: "rwus", searchableBy: "=" };

const certificate = (name: string): FieldFacts[] => [
  { name: `${name}_certificate_subject`, ...read },
  { name: `${name}_certificate_token`, types: ["string"], supports: "wu" },
  { name: `${name}_certificate_valid_from`, types: ["timestamp"], supports: "r" },
  { name: `${name}_certificate_valid_to`, types: ["timestamp"], supports: "r" },
];

/**
 * Schemas of types in older versions. Guess gone-types (analogy; cannot): a 2.12.1 grid shows the names of the fields.
 * They take the values of fields of these names in `pxgrid:endpoint`, and otherwise text.
 */
const schemas: Readonly<Record<GoneType, ObjectSchema>> = {
  "ciscoise:endpoint": completeObject({
    type: "ciscoise:endpoint",
    restrictions: ["csv", "global search", "scheduling"],
    fields: [
      { name: "address", ...searched, searchableBy: "=~", standard: true },
      ...certificate("bulk_download"),
      ...certificate("client"),
      { name: "comment", ...searched, searchableBy: ":=~" },
      { name: "connection_status", ...read },
      { name: "connection_timeout", types: ["uint"], supports: "rwu" },
      { name: "disable", types: ["bool"], supports: "rwu", standard: true },
      { name: "extattrs", types: ["extattr"], supports: "rwu" },
      { name: "network_view", ...searched },
      { name: "publish_settings", types: ["ciscoise:publishsetting"], supports: "rwu" },
      { name: "resolved_address", ...read },
      { name: "resolved_secondary_address", ...read },
      { name: "secondary_address", ...written },
      { name: "subscribe_settings", types: ["ciscoise:subscribesetting"], supports: "rwu" },
      { name: "subscribing_member", ...written, standard: true },
      { name: "type", ...searched, standard: true },
      { name: "version", ...searched, standard: true },
    ],
  }),
};

export const goneTypes: ReadonlyMap<string, ObjectSchema> = new Map(Object.entries(schemas));
