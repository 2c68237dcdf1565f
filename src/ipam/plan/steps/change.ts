import { ifFound, invalid } from "../../../errors.js";
import type { WapiClient } from "../../../wapi/client.js";
import type { ExtattrsToUpdate, ExtensibleAttributes } from "../../../wapi/extattrs.js";
import { wireExtattrs } from "../../../wapi/extattrs.js";
import { listEdits } from "../../../wapi/list-change.js";
import { parseRef } from "../../../wapi/ref.js";
import { type Step, step } from "../../../wapi/step.js";
import type { Ref, Updatable } from "../../../wapi/types.js";
import { composeWanted, looksOfWanted, wantedAddress } from "../../addresses/wanted-address.js";
import { CompareAndSet } from "../../engine/change.js";
import type { Context } from "../../engine/intent.js";
import { fieldsOfPlace, fieldsOfType, type Made, readRows, search, typeOf } from "../../engine/kinds.js";
import type { AddressSource } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import type { Changes } from "../requests.js";
import type { Change, StepKind } from "../results.js";
import { checkPlanRequest } from "../schemas.js";

const kinds: readonly StepKind[] = ["subnet", "container", "range", "address", "record"];

/** Any type will do for the compiler: the client checks the fields when the step is composed. */
type AnyRef = Ref<"network">;

export function changeIntent(
  settings: IpamSettings,
  { name, request, target, taken = [], freed = [] }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const { wapi } = settings;
  const changes: Changes = checkPlanRequest.now("change", request);
  const meant = meaningOf(target, earlier);
  const fields = [
    ...Object.keys(changes.fields ?? {}),
    ...(changes.comment === undefined ? [] : ["comment"]),
    ...(Object.keys(changes.extattrs ?? {}).length === 0 ? [] : ["extattrs"]),
  ];
  if (fields.length === 0) throw invalid("changes", request, "changes nothing", { comment: "blue" });
  const { networkView } = settings;
  const wanted = taken.map((ip) => wantedAddress(settings, { ip }));
  const looks = looksOfWanted(settings, wanted, networkView, {
    isComing: (address) => earlier.makesSubnetOf(address, networkView),
  });
  const what = `the change of ${meant.text}`;
  const first = firstChange(earlier, meant, () => compared);
  const isCompared = first === undefined && isComparable(settings, meant);
  let compared = isCompared && isWhole(target) ? comparedWith(settings, target, what) : undefined;
  const refWith = (refOf: (name: string) => Ref | undefined) =>
    meant.step === undefined ? (first?.()?.now.ref ?? meant.ref) : refOf(meant.step);
  return {
    ...{ name, noun: "change", comparing: () => compared },
    changesFrom: () => compared?.lastChange,
    ...(isCompared &&
      compared?.isComparing !== true && {
        looksAt: `the last change of ${meant.text}`,
        lookComesFirst: true,
        look: async (signal: AbortSignal | undefined) => {
          const now = compared === undefined ? await readNow(settings, meant, signal) : undefined;
          if (now !== undefined) compared = comparedWith(settings, now, what);
        },
      }),
    requestId: meant.step === undefined ? undefined : earlier.idOf(meant.step),
    known: {
      kind: "change",
      name,
      type: meant.type,
      addresses: wanted.map((one, index) => ({ family: one.family, ip: taken[index] })),
      freed,
    },
    takes: looks.takes,
    needs: [],
    pools: [],
    summary: `a change of ${meant.text}: ${fields.join(", ")}`,
    lookAgain: async (error, signal) =>
      (await compared?.lookAgain(error, signal)) === true ||
      (await looks.lookAgain?.(error, signal)) === true,
    explain: async (error, signal) => {
      const told = (await looks.explain?.(error, signal)) ?? error;
      return told === error && compared !== undefined ? compared.explained(error, signal) : told;
    },
    compose: (context) => {
      const begun = compared?.begin();
      const ref = (begun?.ref ?? refWith(context.refOf)) as AnyRef;
      const { before: guards } = composeWanted(wanted, networkView, context.sourceOf);
      const before = step.get(ref, { fields: fields as unknown as readonly ["comment"] });
      const values = valuesOf(changes, context, begun?.extattrs.extattrs);
      const update = step.update(ref, values, { fields: [] });
      return {
        steps: [...(begun?.steps ?? []), ...guards, ...(context.isRevocable ? [before] : []), update],
        main: update,
        read: (results) => ({ ref: (results.at(-1) as { readonly _ref: Ref })._ref }),
        rollBack: (result, results) =>
          undoing(changes, result as { ref: AnyRef }, context.isRevocable ? results.at(-2) : undefined),
      };
    },
    afterLoss: {
      // The grid would choose a second address.
      mayRepeat: () =>
        compared?.isComparing === true ||
        !/"func:|_object_function/.test(JSON.stringify(changes.fields ?? {})),
      seen: async (refOf, signal, isLost) => {
        if (compared?.isComparing) {
          const now = await compared.seen(signal, isLost);
          return now && { ref: now.ref };
        }
        const ref = refWith(refOf);
        return ref === undefined ? undefined : changed(wapi, ref as AnyRef, changes, signal);
      },
    },
  };
}

type ComparedObject = () => CompareAndSet<Made> | undefined;
const changedIn = new WeakMap<Earlier, Map<string, ComparedObject>>();

/**
 * The object of the first change, if an earlier step of the plan changes the object, too: that step changes the token that a
 * second one would compare. Otherwise notes this step as the first.
 */
function firstChange(
  earlier: Earlier,
  { ref, step }: Meaning,
  compared: ComparedObject,
): ComparedObject | undefined {
  const changed = changedIn.get(earlier) ?? new Map<string, ComparedObject>();
  changedIn.set(earlier, changed);
  const key = ref ?? `step ${step}`;
  const first = changed.get(key);
  if (first === undefined) changed.set(key, compared);
  return first;
}

/** Whether an object of this type can have a token of its last change. */
function isComparable({ ownership }: IpamSettings, { ref, type }: Meaning): boolean {
  const hasAttribute = ownership.lastChangeAttribute !== undefined;
  return ref !== undefined && hasAttribute && fieldsOfType(type).includes("extattrs");
}

/** Whether the target says where its object is and which attributes it has. If not, it must be read. */
function isWhole(target: unknown): target is Made {
  if (typeof target !== "object" || target === null || !("ref" in target) || !("extattrs" in target))
    return false;
  return Object.values(fieldsOfPlace(target as Made)).every((value) => value !== undefined);
}

async function readNow(
  { wapi, ownership }: IpamSettings,
  { ref, type }: Meaning,
  signal: AbortSignal | undefined,
): Promise<Made | undefined> {
  const fields = fieldsOfType(type) as readonly ["comment"];
  const row = await ifFound(wapi.get(ref as AnyRef, { fields, signal }));
  return row && readRows(type, [row], ownership.expiryAttribute)[0];
}

function comparedWith(settings: IpamSettings, object: Made, what: string): CompareAndSet<Made> {
  return new CompareAndSet(settings, {
    ...{ what, object },
    read: async (signal) => {
      const row = await ifFound(settings.wapi.get(object.ref as AnyRef, { fields: ["extattrs"], signal }));
      return row && { ...object, extattrs: row.extattrs ?? {} };
    },
    find: async (where, signal) => {
      const [found] = await settings.wapi.batch([search(typeOf(object), where, { limit: 1 })], { signal });
      return readRows(typeOf(object), found, settings.ownership.expiryAttribute)[0];
    },
  });
}

/**
 * The changed object, if its lists show that the change was done. A second addition to a list would do harm. A repetition of any
 * other change does none.
 */
async function changed(
  wapi: WapiClient,
  ref: AnyRef,
  { fields = {} }: Changes,
  signal: AbortSignal | undefined,
): Promise<Change | undefined> {
  const edited = Object.entries(fields).flatMap(([field, value]) => {
    const edits = listEdits(value);
    return edits === undefined ? [] : [{ field, edits }];
  });
  if (edited.length === 0) return undefined;
  const names = edited.map(({ field }) => field) as unknown as readonly ["comment"];
  const row = await wapi.get(ref, { fields: names, signal });
  const lists = row as unknown as Readonly<Record<string, readonly object[] | undefined>>;
  const isDone = edited.every(({ field, edits: { add = [], remove = [] } }) => {
    const list = lists[field] ?? [];
    const has = (wanted: unknown) => list.some((item) => isLike(item, wanted));
    return add.every(has) && !remove.some(has);
  });
  return isDone ? { ref: row._ref } : undefined;
}

const hostAddressFields = ["ipv4addr", "ipv6addr"] as const;

/** Whether an item has all wanted values. The grid may show more. */
function isLike(item: object, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return item === wanted;
  // A host's address is identified by its IP alone.
  const address = hostAddressFields.find((field) => field in wanted);
  const compared = Object.entries(wanted).filter(([field]) => address === undefined || field === address);
  return compared.every(
    ([field, value]) =>
      JSON.stringify((item as Readonly<Record<string, unknown>>)[field]) === JSON.stringify(value),
  );
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

function valuesOf(
  { comment, extattrs, fields }: Changes,
  context: Context<AddressSource>,
  ofChange: ExtattrsToUpdate | undefined,
): Updatable<"network"> {
  return {
    ...fields,
    // The owner may be kept at the end of the comment.
    ...(comment !== undefined && { comment: context.marks({ comment }).comment ?? comment }),
    ...((extattrs ?? ofChange) !== undefined && { extattrs: { ...extattrs, ...ofChange } }),
  };
}

/** The step that restores the values that were read before. An attribute that was inherited is inherited again. */
function undoing(
  changes: Changes,
  { ref }: { readonly ref: AnyRef },
  before: unknown,
): Step<unknown> | undefined {
  if (typeof before !== "object" || before === null) return undefined;
  const { _ref, extattrs = {}, ...values } = before as Readonly<Record<string, unknown>>;
  const names = Object.keys(changes.fields ?? {});
  // A field without a value cannot be emptied again.
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
