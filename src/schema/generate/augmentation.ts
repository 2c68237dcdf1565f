/**
 * Generates a module augmentation for a grid: its extensible attributes, and the fields, functions and object types
 * that the package does not know.
 */

import { completeObject, type FieldFacts, type ObjectFacts, primitives, type StructFacts } from "../facts.js";
import type { AttributeDefinition, LiveFacts } from "../live.js";
import { isObjectType, objectSchema, structSchema } from "../schema.js";
import { memberName, Names } from "./names.js";
import { structsWrittenApart } from "./struct-faces.js";
import { fieldMember, functionMember, importLine, indented, structInterfaces } from "./types.js";
import { type Imports, literals } from "./values.js";

/** The fields and functions of an object type that the package does not know. */
type Addition = Required<Pick<ObjectFacts, "type" | "fields" | "functions">>;

/** @returns the text of a declaration file for the user's project */
export function generateAugmentation(live: LiveFacts): string {
  const additions = live.objects.map(beyondPackage).filter(hasSomething);
  const structs = structsOf(additions, live);
  const added = additions.filter(({ type }) => !isObjectType(type));
  const imports: Imports = {
    names: new Names(
      added.map(({ type }) => type),
      structs.map(({ type }) => type),
      structsWrittenApart({ objects: additions, structs }),
    ),
    vocabulary: new Set(),
    structs: new Set(),
  };

  const augmented = [
    block("interface KnownExtensibleAttributes", live.attributes.map(attributeMember)),
    ...extensions(additions, imports),
  ].join("");
  const local = [
    ...added.map((object) => addedObject(object, imports)),
    ...structs.flatMap((struct) => structInterfaces(struct, imports, "interface")),
  ];

  return [
    `// Made by \`npx infoblox-ipam types\` from the schema of your grid (WAPI ${oneLine(live.version)}). Don't edit.\n`,
    importLine(imports.vocabulary, "infoblox-ipam"),
    "\nexport {};\n",
    augmented && `\ndeclare module "infoblox-ipam" {\n${indentedText(augmented)}}\n`,
    ...local.map((text) => `\n${text}`),
  ].join("");
}

function beyondPackage({ type, fields, functions = [] }: ObjectFacts): Addition {
  const known = objectSchema(type) ?? completeObject({ type, fields: [] });
  return {
    type,
    fields: fields.filter((field) => !known.fields.has(field.name)),
    functions: functions.filter((call) => !known.functions.has(call.name)),
  };
}

/** Whether an addition is not empty. A new object type counts even without fields. */
function hasSomething({ type, fields, functions }: Addition): boolean {
  return fields.length > 0 || functions.length > 0 || !isObjectType(type);
}

/**
 * Every struct that the additions need, also inside other structs: from the grid's description, or else the package's.
 */
function structsOf(additions: readonly Addition[], live: LiveFacts): readonly StructFacts[] {
  const described = new Map(live.structs.map((struct) => [struct.type, struct]));
  const liveTypes = new Set(live.objects.map((object) => object.type));
  const found = new Map<string, StructFacts>();
  const visit = (types: readonly string[] = []) => {
    for (const type of types) {
      if (primitives.has(type) || liveTypes.has(type) || isObjectType(type) || found.has(type)) continue;
      const struct = described.get(type) ?? knownStruct(type);
      found.set(type, struct);
      visitFields(struct.fields);
    }
  };
  const visitFields = (fields: readonly FieldFacts[]) => {
    for (const field of fields) if (field.link === undefined) visit(field.types);
  };
  for (const { fields, functions } of additions) {
    visitFields(fields);
    for (const call of functions)
      for (const parameter of [...(call.parameters ?? []), ...(call.results ?? [])]) visit(parameter.types);
  }
  return [...found.values()];
}

function knownStruct(type: string): StructFacts {
  return { type, fields: [...(structSchema(type)?.fields.values() ?? [])] };
}

/** `interface AddedFields { … }` and the like. Empty ones are left out. */
function extensions(additions: readonly Addition[], imports: Imports): readonly string[] {
  const known = additions.filter(({ type }) => isObjectType(type));
  const added = additions.filter(({ type }) => !isObjectType(type));
  const fieldsOf = (fields: readonly FieldFacts[]) => fields.map((field) => fieldMember(field, imports));
  const callsOf = ({ functions }: Addition) => functions.map((call) => functionMember(call, imports));
  const hasCalls = ({ functions }: Addition) => functions.length > 0;
  const calledAlready = ({ type }: Addition) => (objectSchema(type)?.functions.size ?? 0) > 0;

  return [
    block(
      "interface AddedFields",
      known.filter(({ fields }) => fields.length > 0).map((one) => nested(one.type, fieldsOf(one.fields))),
    ),
    block(
      "interface AddedFunctions",
      known.filter((one) => hasCalls(one) && calledAlready(one)).map((one) => nested(one.type, callsOf(one))),
    ),
    block(
      "interface ObjectTypes",
      added.map(({ type }) => `${memberName(type)}: ${imports.names.of(type)};`),
    ),
    block(
      "interface ObjectFunctions",
      additions
        .filter((one) => hasCalls(one) && !calledAlready(one))
        .map((one) => nested(one.type, callsOf(one))),
    ),
  ];
}

function addedObject({ type, fields }: Addition, imports: Imports): string {
  return block(
    `interface ${imports.names.of(type)}`,
    fields.map((field) => fieldMember(field, imports)),
    true,
  );
}

function attributeMember(definition: AttributeDefinition): string {
  const comment = oneLine(definition.comment);
  return `${comment && `/** ${comment} */\n`}${memberName(definition.name)}: ${attributeType(definition)};`;
}

/**
 * The type of an attribute's value. A date is a text such as `2026-01-02T03:04:05Z`. An attribute with several values
 * returns a single one without a list.
 */
function attributeType({ type, values, flags }: AttributeDefinition): string {
  const one = type === "INTEGER" ? "number" : (type === "ENUM" && literals(values)) || "string";
  if (!flags.includes("V")) return one;
  return `${one} | readonly ${one.includes(" | ") ? `(${one})` : one}[]`;
}

/** An administrator's text on one line, which can't end the comment around it. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("*/", "* /").trim();
}

function nested(type: string, members: readonly string[]): string {
  return `${memberName(type)}: {\n${members.map(indented).join("")}};`;
}

function block(head: string, members: readonly string[], evenEmpty = false): string {
  if (members.length === 0 && !evenEmpty) return "";
  return `${head} {\n${members.map(indented).join("")}}\n`;
}

function indentedText(text: string): string {
  return indented(text.trimEnd());
}
