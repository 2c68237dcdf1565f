import { ConflictError, invalid, isInfobloxError } from "../../../errors.js";
import type { WapiClient } from "../../../wapi/client.js";
import type { ExtattrsToUpdate, ExtensibleAttributes } from "../../../wapi/extattrs.js";
import { wireExtattrs } from "../../../wapi/extattrs.js";
import { listEdits } from "../../../wapi/list-change.js";
import { parseRef } from "../../../wapi/ref.js";
import { type Step, step } from "../../../wapi/step.js";
import type { Ref, Updatable } from "../../../wapi/types.js";
import { newestOf, searchUnchanged, tokensIn } from "../../engine/change.js";
import type { Context } from "../../engine/intent.js";
import type { Made } from "../../engine/kinds.js";
import { changeMark } from "../../engine/places.js";
import { isUnfound } from "../../engine/refusals.js";
import { newTokenId } from "../../engine/token.js";
import type { IpamSettings } from "../../settings.js";
import type { AddressSource } from "../../sources/targets.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import type { Changes } from "../requests.js";
import type { Change, StepKind } from "../results.js";
import { checkPlanRequest } from "../schemas.js";

const kinds: readonly StepKind[] = ["subnet", "container", "range", "address", "record"];

/** Any type will do for the compiler: the fields were checked against the type's facts when it is written down. */
type AnyRef = Ref<"network">;

export function changeIntent(
  settings: IpamSettings,
  { name, request, target }: PlanStep,
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
  const compared = new Compared(settings, isFirstChange(earlier, target) ? target : undefined);
  return {
    ...{ name, noun: "change", kind: "change" },
    requestId: meant.step === undefined ? undefined : earlier.idOf(meant.step),
    known: { kind: "change", name, type: meant.type },
    needs: [],
    pools: [],
    summary: `a change of ${meant.text}: ${fields.join(", ")}`,
    lookAgain: (error, signal) => compared.hasChanged(error, signal),
    explain: async (error) => compared.explained(error, meant.text),
    compose: (context) => {
      const self = compared.search();
      const ref = (self?.ref ?? (meant.step === undefined ? meant.ref : context.refOf(meant.step))) as AnyRef;
      const before = step.get(ref, { fields: fields as unknown as readonly ["comment"] });
      const values = compared.marked(valuesOf(changes, context));
      const update = step.update(ref, values, { fields: [] });
      return {
        steps: [
          ...(self === undefined ? [] : [self.discard()]),
          ...compared.marks(),
          ...(context.isRevocable ? [before] : []),
          update,
        ],
        main: update,
        read: (results) => ({ ref: (results.at(-1) as { readonly _ref: Ref })._ref }),
        rollBack: (result, results) =>
          undoing(changes, result as { ref: AnyRef }, context.isRevocable ? results.at(-2) : undefined),
      };
    },
    afterLoss: {
      // What the grid is to choose, it would choose anew.
      mayRepeat: () =>
        compared.isComparing || !/"func:|_object_function/.test(JSON.stringify(changes.fields ?? {})),
      seen: async (refOf, signal) => {
        if (compared.isComparing) return compared.seen(signal);
        const ref = meant.step === undefined ? meant.ref : refOf(meant.step);
        return ref === undefined ? undefined : changed(wapi, ref as AnyRef, changes, signal);
      },
    },
  };
}

const changedIn = new WeakMap<Earlier, Set<string>>();

/** Whether no earlier step of the plan changes the object: a second one would compare with what the first has changed. */
function isFirstChange(earlier: Earlier, target: unknown): boolean {
  const { ref } = Object(target) as { readonly ref?: unknown };
  const changed = changedIn.get(earlier) ?? new Set<string>();
  changedIn.set(earlier, changed);
  const key = String(ref);
  if (changed.has(key)) return false;
  changed.add(key);
  return true;
}

/**
 * Compare and set, for a target that was read: as `changeObject` does it for a change by itself. One that is given by its
 * reference alone is changed by that.
 */
class Compared {
  readonly #settings: IpamSettings;
  readonly #tokens = new Set<string>();
  #thing: Made | undefined;
  #last: string | undefined;
  /** The token of the last change that this one was composed with. */
  #composedWith: string | undefined;

  constructor(settings: IpamSettings, target: unknown) {
    this.#settings = settings;
    const thing = target as Made;
    if (typeof target !== "object" || target === null || !("ref" in target) || !("extattrs" in target))
      return;
    this.#thing = thing;
    this.#last = settings.ownership.lastChangeOf(thing);
  }

  get isComparing(): boolean {
    return this.#last !== undefined && this.#settings.ownership.lastChangeAttribute !== undefined;
  }

  search(): Step<readonly unknown[], never> | undefined {
    if (!this.isComparing) return undefined;
    this.#composedWith = this.#last;
    return searchUnchanged(this.#settings, this.#thing as Made, this.#last as string);
  }

  marks(): Step<unknown>[] {
    return this.isComparing ? changeMark(this.#settings, this.#last as string) : [];
  }

  /** With the token of this change. */
  marked(values: Updatable<"network">): Updatable<"network"> {
    if (!this.isComparing) return values;
    const token = newTokenId();
    this.#tokens.add(token);
    const own = this.#settings.ownership.changedBy(newestOf(token, this.#last as string));
    return { ...values, extattrs: { ...(values.extattrs as ExtattrsToUpdate), ...own } };
  }

  /** The result, where the object shows that the change was done. */
  async seen(signal: AbortSignal | undefined): Promise<Change | undefined> {
    const now = await this.#reread(signal);
    if (now === undefined) return undefined;
    const { ref } = this.#thing as Made;
    if (tokensIn(this.#settings.ownership.lastChangeOf(now)).some((one) => this.#tokens.has(one)))
      return { ref };
    this.#last = this.#settings.ownership.lastChangeOf(now);
    return undefined;
  }

  /** Whether a refusal comes of somebody else's change: then this one is made on top of it. */
  async hasChanged(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    if (!this.isComparing || !(isUnfound(error) || isInfobloxError(error, "ConflictError"))) return false;
    const now = await this.#reread(signal);
    const last = now && this.#settings.ownership.lastChangeOf(now);
    if (last === undefined) return false;
    this.#last = last;
    return last !== this.#composedWith;
  }

  explained(error: unknown, text: string): unknown {
    if (!this.isComparing || !isUnfound(error)) return error;
    const { status, code, text: said, method, path } = error;
    return new ConflictError(
      `${text} was not changed: it was released, or changed by others, since it was read.`,
      {
        ...{ status, code, text: said, method, path, cause: error },
        hint: "Read it again, and say what is to change.",
      },
    );
  }

  /** The object as it is now; nothing where another one has its reference by now. */
  async #reread(signal: AbortSignal | undefined): Promise<Pick<Made, "extattrs"> | undefined> {
    const { wapi, ownership } = this.#settings;
    const thing = this.#thing as Made;
    const row = await wapi
      .get(thing.ref as AnyRef, { fields: ["extattrs"], signal })
      .catch((error: unknown) => {
        if (isInfobloxError(error, "NotFoundError")) return undefined;
        throw error;
      });
    const now = row && { extattrs: row.extattrs ?? {} };
    return now !== undefined && ownership.tokenOf(now) === ownership.tokenOf(thing) ? now : undefined;
  }
}

/**
 * The object, where lists show that they were added to and removed from: that, done twice, would do harm. Everything
 * else a second update leaves as it is.
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

/** Whether an item has all that is said of it; the grid shows more. */
function isLike(item: object, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return item === wanted;
  // An address of a host is the same whatever else is said of it.
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
): Updatable<"network"> {
  return {
    ...fields,
    // With the owner at its end, where that is its place.
    ...(comment !== undefined && { comment: context.marks({ comment }).comment ?? comment }),
    ...(extattrs !== undefined && { extattrs }),
  };
}

/** Back to what was read before; an attribute that had come from a parent comes from there again. */
function undoing(
  changes: Changes,
  { ref }: { readonly ref: AnyRef },
  before: unknown,
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
