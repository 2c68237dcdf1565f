import { invalid } from "../../../errors.js";
import type { ExtattrsToUpdate, ExtensibleAttributes } from "../../../wapi/extattrs.js";
import { wireExtattrs } from "../../../wapi/extattrs.js";
import { parseRef } from "../../../wapi/ref.js";
import { type Step, step } from "../../../wapi/step.js";
import type { Ref, Updatable } from "../../../wapi/types.js";
import type { Earlier } from "../earlier.js";
import type { Intent, PlanStep, Scene } from "../intent.js";
import type { Changes } from "../requests.js";
import type { StepKind } from "../results.js";
import { checkPlanRequest } from "../schemas.js";

const kinds: readonly StepKind[] = ["subnet", "container", "range", "address", "record"];

/** Any type will do for the compiler: the fields were checked against the type's facts when it is written down. */
type AnyRef = Ref<"network">;

export function changeIntent({ name, request, target }: PlanStep, earlier: Earlier): Intent {
  const changes: Changes = checkPlanRequest.now("change", request);
  const meant = meaningOf(target, earlier);
  const fields = [
    ...Object.keys(changes.fields ?? {}),
    ...(changes.comment === undefined ? [] : ["comment"]),
    ...(Object.keys(changes.extattrs ?? {}).length === 0 ? [] : ["extattrs"]),
  ];
  if (fields.length === 0) throw invalid("changes", request, "changes nothing", { comment: "blue" });
  return {
    name,
    kind: "change",
    changes: meant.step,
    known: { kind: "change", name, type: meant.type },
    needs: [],
    pools: [],
    summary: `a change of ${meant.text}: ${fields.join(", ")}`,
    draft: (scene) => {
      const ref = (meant.step === undefined ? meant.ref : scene.refOf(meant.step)) as AnyRef;
      const before = step.get(ref, { fields: fields as unknown as readonly ["comment"] });
      const update = step.update(ref, valuesOf(changes, scene), { fields: [] });
      return {
        steps: scene.undoable ? [before, update] : [update],
        main: update,
        read: (results) => ({ ref: (results.at(-1) as { readonly _ref: Ref })._ref }),
        undo: (result, results) => undoing(changes, result as { ref: AnyRef }, results),
      };
    },
  };
}

interface Meaning {
  readonly step?: string;
  readonly ref?: string;
  readonly type: string;
  readonly text: string;
}

function meaningOf(target: unknown, earlier: Earlier): Meaning {
  if (typeof target === "object" && target !== null) {
    if ("ref" in target) return meaningOfRef(target.ref);
    const kind = kinds.find((one) => one in target);
    if (kind !== undefined) {
      const { name, type } = earlier.step(kind, (target as Record<string, unknown>)[kind], "target");
      return { step: name, type, text: name };
    }
  }
  return meaningOfRef(target);
}

function meaningOfRef(ref: unknown): Meaning {
  const type = typeof ref === "string" ? parseRef(ref)?.type : undefined;
  if (typeof ref === "string" && type !== undefined) return { ref, type, text: ref };
  throw invalid("target", ref, "must be an earlier step, a result, or a reference", { subnet: "blue" });
}

function valuesOf({ comment, extattrs, fields }: Changes, scene: Scene): Updatable<"network"> {
  return {
    ...fields,
    // With the owner at its end, where that is its place.
    ...(comment !== undefined && { comment: scene.marks({ comment }).comment ?? comment }),
    ...(extattrs !== undefined && { extattrs }),
  };
}

/** Back to what was read before; an attribute that had come from a parent comes from there again. */
function undoing(
  changes: Changes,
  { ref }: { readonly ref: AnyRef },
  [before]: readonly unknown[],
): Step<unknown> | undefined {
  if (typeof before !== "object" || before === null) return undefined;
  const { _ref, extattrs = {}, ...values } = before as Readonly<Record<string, unknown>>;
  const names = Object.keys(changes.fields ?? {});
  // Whatever had no value can't be given that back.
  if (names.some((name) => values[name] === undefined)) return undefined;
  const fields = Object.fromEntries(names.map((name) => [name, values[name]]));
  const comment = changes.comment === undefined ? {} : { comment: String(values["comment"] ?? "") };
  const attributes = ownBefore(changes.extattrs ?? {}, extattrs as ExtensibleAttributes);
  return step.update(ref, { ...fields, ...comment, extattrs: attributes }, { fields: [] });
}

function ownBefore(changed: ExtattrsToUpdate, before: ExtensibleAttributes): ExtattrsToUpdate {
  const wire = wireExtattrs(before);
  return Object.fromEntries(
    Object.keys(changed).map((name) => {
      const { value, inheritance_source } = wire[name] ?? {};
      return [name, value === undefined || inheritance_source !== undefined ? null : value];
    }),
  ) as ExtattrsToUpdate;
}
