import type { Answer } from "./grid.js";
import { startRelease } from "./release.js";
import type { Profile } from "./settings.js";
import {
  callerAt,
  type Draft,
  type GridObject,
  isOfCall,
  type Message,
  type MessageKind,
  type Outcome,
  setCaller,
  type Target,
  tokenOf,
} from "./state.js";

export function profileOf({ settings }: Draft, caller: number): Profile {
  return settings.callers[caller]?.profile ?? settings.profile;
}

/** Begins a call that creates an object. */
export function make(draft: Draft, caller: number): void {
  if (draft.settings.wrong === "looks first instead of guarding") lookAgain(draft, caller);
  else sendCreate(draft, caller);
}

function sendCreate(draft: Draft, caller: number): void {
  const { tries, call } = callerAt(draft, caller);
  if (tries >= draft.settings.tries) {
    end(draft, caller, "uncertain");
    return;
  }
  draft.steps.push("sendCreate");
  setCaller(draft, caller, { tries: tries + 1 });
  const { wrong, callers } = draft.settings;
  // With an id every send has a token of its own; without one the token is what the guard searches.
  const hasOwnToken = callers[caller]?.hasId === true && wrong !== "one token for all tries";
  const token = tokenOf(caller, call, hasOwnToken ? tries : 0);
  const isGuarded =
    wrong === "guards only after a loss" ? tries > 0 : wrong !== "looks first instead of guarding";
  send(draft, caller, "create", { type: 0, token, place: 0 }, { isGuarded });
}

/** Sends a message of the caller. */
export function send(
  draft: Draft,
  caller: number,
  kind: MessageKind,
  { token, place }: Target,
  { isGuarded = false, waits = false }: { readonly isGuarded?: boolean; readonly waits?: boolean } = {},
): void {
  const { type = 0, hasId = false } = draft.settings.callers[caller] ?? {};
  const message: Message = {
    kind,
    caller,
    type,
    hasId,
    token,
    place,
    isGuarded,
    hasPlace: kind === "create" && hasId && profileOf(draft, caller) === "places",
    waits,
    begun: undefined,
  };
  setCaller(draft, caller, { message });
}

/** Continues with the grid's answer to a create. */
export function onCreated(draft: Draft, caller: number, { token }: Target, answer: Answer): void {
  const { isOpen } = callerAt(draft, caller);
  switch (answer.kind) {
    case "created": {
      draft.steps.push("created");
      const target = { type: draft.settings.callers[caller]?.type ?? 0, token, place: answer.place };
      if (profileOf(draft, caller) === "wait") {
        lookAgain(draft, caller);
        return;
      }
      if (answer.others && draft.settings.wrong !== "searches its own type only") {
        rollBack(draft, caller, target, "mismatch");
        return;
      }
      returned(draft, caller, target, true);
      return;
    }
    case "guard refused":
      draft.steps.push("guardRefused");
      lookAgain(draft, caller);
      return;
    case "place taken":
      draft.steps.push("placeTaken");
      lookAgain(draft, caller);
      return;
    case "for another":
      draft.steps.push("refusedForAnother");
      lookAgain(draft, caller);
      return;
    default:
      if (!isOpen || draft.settings.wrong === "believes a refusal while a try is open") {
        end(draft, caller, "refused");
        return;
      }
      end(draft, caller, "uncertain");
      return;
  }
}

export function lookAgain(draft: Draft, caller: number, waits = isWaiting(draft, caller)): void {
  const { call } = callerAt(draft, caller);
  draft.steps.push(waits ? "waitOut" : "lookAgain");
  setCaller(draft, caller, { afterwards: "look", target: undefined });
  send(draft, caller, "look", { type: 0, token: tokenOf(caller, call, 0), place: 0 }, { waits });
}

function isWaiting(draft: Draft, caller: number): boolean {
  if (profileOf(draft, caller) !== "wait") return false;
  const { wrong } = draft.settings;
  if (wrong === "believes a look at once") return false;
  return wrong !== "waits only after its own create" || draft.steps.includes("created");
}

/** Continues with the result of a look. */
export function onLook(draft: Draft, caller: number, rows: readonly GridObject[], waited: boolean): void {
  const { call } = callerAt(draft, caller);
  const type = draft.settings.callers[caller]?.type ?? 0;
  const profile = profileOf(draft, caller);
  if (rows.length === 0) {
    onNothing(draft, caller, waited);
    return;
  }
  if (rows.length > 1 && profile !== "wait" && rows.some((row) => row.type !== type)) {
    // The rows do not show which was first. The call may delete only its own object.
    const own = rows.find((row) => isOfCall(row.token, caller, call));
    if (own === undefined) mismatch(draft, caller);
    else rollBack(draft, caller, own, "mismatch");
    return;
  }
  if (rows.length > 1) {
    // Any order works if all callers use the same. This one is the worst for a caller that does not wait.
    const last = rows.reduce((one, other) => (other.place < one.place ? other : one));
    rollBack(draft, caller, last, "look");
    return;
  }
  const [row] = rows as readonly [GridObject];
  if (row.type !== type) {
    mismatch(draft, caller);
    return;
  }
  if (draft.settings.wrong === "changes the token to adopt" && !isOfCall(row.token, caller, call)) {
    draft.steps.push("adopt");
    setCaller(draft, caller, { target: row });
    send(draft, caller, "take over", { ...row, token: tokenOf(caller, call, 7) });
    return;
  }
  draft.steps.push("adopt");
  returned(draft, caller, row, isCreatedBy(draft, row, caller));
}

function isCreatedBy(draft: Draft, row: GridObject, caller: number): boolean {
  const { call, isOpen } = callerAt(draft, caller);
  if (draft.settings.wrong === "reports what it finds as created") return isOpen;
  return isOfCall(row.token, caller, call);
}

/** No object has the id. With places, the id's place may say why. */
function onNothing(draft: Draft, caller: number, waited: boolean): void {
  const { place, settings } = draft;
  if (
    profileOf(draft, caller) !== "places" ||
    settings.callers[caller]?.hasId !== true ||
    place === undefined
  ) {
    sendCreate(draft, caller);
    return;
  }
  if (place.isMark) {
    end(draft, caller, "releasedBefore");
    return;
  }
  // The object may not show yet. After the wait it is gone: somebody deleted it by hand.
  if (!waited && settings.wrong !== "sweeps a place at once") {
    lookAgain(draft, caller, true);
    return;
  }
  draft.steps.push("sweepPlace");
  send(draft, caller, "sweep", { type: 0, token: place.token, place: 0 });
}

export function onSwept(draft: Draft, caller: number): void {
  sendCreate(draft, caller);
}

function rollBack(draft: Draft, caller: number, target: Target, afterwards: "look" | "mismatch"): void {
  draft.steps.push("rollBack");
  setCaller(draft, caller, {
    target: { type: target.type, token: target.token, place: target.place },
    afterwards,
  });
  send(draft, caller, "roll back", target);
}

export function onRolledBack(draft: Draft, caller: number): void {
  if (callerAt(draft, caller).afterwards === "mismatch") mismatch(draft, caller);
  else lookAgain(draft, caller);
}

function mismatch(draft: Draft, caller: number): void {
  draft.steps.push("mismatch");
  end(draft, caller, "mismatch");
}

/** The call returns an object, or goes on to release it. */
export function returned(draft: Draft, caller: number, object: Target, created: boolean): void {
  const { token, place, type } = object;
  const target = { token, place, type };
  const { call } = callerAt(draft, caller);
  if (created !== isOfCall(originOf(draft, target), caller, call))
    draft.wrong = created
      ? "created: true, but another call made it"
      : "created: false, but this call made it";
  draft.objects = draft.objects.map((one) =>
    one.token === token && one.place === place ? { ...one, holders: one.holders | (1 << caller) } : one,
  );
  setCaller(draft, caller, { target });
  const { wrong, callers } = draft.settings;
  if (callers[caller]?.does !== "make and release") {
    end(draft, caller, "returned");
    return;
  }
  if (wrong !== "rolls back under an id") {
    startRelease(draft, caller, target);
    return;
  }
  if (created) rollBack(draft, caller, target, "mismatch");
  else end(draft, caller, "returned");
}

/** The token of the creator, which only a wrong protocol changes. */
function originOf(draft: Draft, { token }: Target): number {
  if ((token & 7) !== 7) return token;
  return draft.settings.callers.length > 1 ? tokenOf(1 - (token >> 5), 0, 0) : token;
}

export function end(draft: Draft, caller: number, outcome: Outcome): void {
  const names: Partial<Record<Outcome, Draft["steps"][number]>> = {
    uncertain: "uncertain",
    refused: "refused",
    released: "released",
    gone: "gone",
    releasedBefore: "releasedBefore",
  };
  const step = names[outcome];
  if (step !== undefined) draft.steps.push(step);
  const { isOpen, target } = callerAt(draft, caller);
  setCaller(draft, caller, {
    outcome,
    message: undefined,
    tries: 0,
    isOpen: isOpen && outcome !== "returned",
    mayHaveDeleted: false,
    target: outcome === "returned" ? target : undefined,
    afterwards: "look",
  });
}
