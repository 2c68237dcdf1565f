/** Corrects and completes the source's facts. All generated files are made from the result. */

import { isAlways } from "../../src/schema/always.js";
import type {
  Facts,
  FieldFacts,
  FunctionFacts,
  Link,
  ObjectFacts,
  ParameterFacts,
} from "../../src/schema/facts.js";
import { sorted, tidy } from "./tidy.js";

type ParameterChanges = Readonly<Record<string, Partial<ParameterFacts>>>;

interface FunctionChanges {
  readonly type?: string;
  readonly parameters?: ParameterChanges;
  readonly results?: ParameterChanges;
}

/** A correction of the source's facts for some object types, with its reason. */
export interface Correction {
  readonly reason: string;
  readonly types: readonly string[];
  readonly group?: string;
  /** Exactly these are the standard fields. */
  readonly standard?: readonly string[];
  readonly requiredAnyOf?: readonly (readonly string[])[];
  readonly fields?: Readonly<Record<string, Partial<FieldFacts>>>;
  readonly functions?: Readonly<Record<string, FunctionChanges>>;
}

/** @throws Error if a field of older versions has no type and no correction has one */
export function correctFacts(facts: Facts, corrections: readonly Correction[]): Facts {
  const types = new Set(facts.objects.map((object) => object.type));
  const completed = (fields: readonly FieldFacts[]) =>
    sorted(fields).map((field) =>
      tidy({ ...field, link: field.link ?? linkOf(field, types), range: rangeOf(field) }),
    );

  return {
    objects: facts.objects.map((object) => {
      const changes = corrections.filter((correction) => correction.types.includes(object.type));
      const corrected = changes.reduce(applied, object);
      refuseTypeless(corrected);
      return {
        ...corrected,
        fields: completed(corrected.fields).map((field) =>
          tidy({ ...field, always: isAlways(object.type, field) }),
        ),
      };
    }),
    structs: facts.structs.map((struct) => ({ ...struct, fields: completed(struct.fields) })),
  };
}

function applied(object: ObjectFacts, change: Correction): ObjectFacts {
  const { fields, functions } = changedMembers(object, change);
  return tidy({
    ...object,
    group: change.group ?? object.group,
    standardUnknown: change.standard ? false : object.standardUnknown,
    requiredAnyOf: change.requiredAnyOf ?? object.requiredAnyOf,
    functions,
    fields: change.standard
      ? fields.map((field) => tidy({ ...field, standard: change.standard?.includes(field.name) }))
      : fields,
  });
}

function changedMembers(
  object: ObjectFacts,
  change: Correction,
): { readonly fields: readonly FieldFacts[]; readonly functions: readonly FunctionFacts[] } {
  const fields = new Map(object.fields.map((field) => [field.name, field]));
  const functions = new Map((object.functions ?? []).map((call) => [call.name, call]));
  for (const [name, facts] of Object.entries(change.fields ?? {})) {
    fields.set(name, tidy({ name, types: [], ...fields.get(name), ...facts }));
  }
  for (const [name, facts] of Object.entries(change.functions ?? {})) {
    // Something that older versions list as a field may be a function.
    const known: FunctionFacts =
      functions.get(name) ?? tidy({ name, type: name, until: fields.get(name)?.until });
    fields.delete(name);
    functions.set(
      name,
      tidy({
        ...known,
        type: facts.type ?? known.type,
        parameters: changedParameters(known.parameters, facts.parameters),
        results: changedParameters(known.results, facts.results),
      }),
    );
  }
  return { fields: [...fields.values()], functions: sorted([...functions.values()]) };
}

function changedParameters(
  known: readonly ParameterFacts[] | undefined,
  changes: ParameterChanges | undefined,
): readonly ParameterFacts[] | undefined {
  if (!changes) return known;
  const parameters = new Map((known ?? []).map((parameter) => [parameter.name, parameter]));
  for (const [name, facts] of Object.entries(changes))
    parameters.set(name, { name, ...parameters.get(name), ...facts });
  return [...parameters.values()];
}

/** A field of another object's type holds that object's reference, unless a correction says otherwise. */
function linkOf({ types }: FieldFacts, objectTypes: ReadonlySet<string>): Link | undefined {
  return types.length > 0 && types.every((type) => objectTypes.has(type)) ? "ref" : undefined;
}

/** A template's default mark of 0 is below the least value in its own facts: there the range is wrong. */
function rangeOf({ range, default: fallback }: FieldFacts): readonly [number, number] | undefined {
  return range && fallback === 0 ? [Math.min(range[0], 0), range[1]] : range;
}

function refuseTypeless({ type, fields }: ObjectFacts): void {
  const typeless = fields.filter((field) => field.types.length === 0).map((field) => field.name);
  if (typeless.length === 0) return;
  throw new Error(`${type}: corrections.json must say what type ${typeless.join(", ")} of older versions is`);
}
