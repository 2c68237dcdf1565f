import type { Settings } from "./settings.js";
import { callerOf, type GridObject, isOfCall, isSame, type State } from "./state.js";

/**
 * The invariants that can be checked in one state: 1 to 4 and 6 of the engine. The first sentence that is true names
 * the violation.
 */
export function violation(state: State, settings: Settings): string | undefined {
  return (
    state.wrong ??
    twoGiven(state) ??
    untrue(state, settings) ??
    (isAtRest(state) ? atRest(state, settings) : undefined)
  );
}

function isAtRest({ callers }: State): boolean {
  return callers.every(({ outcome }) => outcome !== "running");
}

/** Two callers of one id hold two objects. */
function twoGiven({ objects }: State): string | undefined {
  const held = objects.filter(({ hasId, holders }) => hasId && holders !== 0);
  return held.length > 1 ? "two callers of one id got two objects" : undefined;
}

/** An error said that nothing was done. A delivery that nobody sees is a documented limit. */
function untrue({ objects, callers, faults }: State, settings: Settings): string | undefined {
  if (faults.twice < settings.faults.twice) return undefined;
  const said = (object: GridObject) => {
    const maker = callers[callerOf(object.token)];
    if (maker === undefined || !isOfCall(object.token, callerOf(object.token), maker.call)) return false;
    return maker.outcome === "refused" || (maker.outcome === "mismatch" && !maker.isOpen);
  };
  return objects.some(said) ? "says that nothing was done, but its object stands" : undefined;
}

function atRest(state: State, settings: Settings): string | undefined {
  const { objects, callers, isReleased } = state;
  const named = objects.filter(({ hasId }) => hasId);
  const isOneType = new Set(settings.callers.map(({ type }) => type)).size === 1;
  // The grid can't refuse across types. Then an error names what is still open.
  const untold = named.filter(({ token }) => isOneType || !isTold(state, token));
  if (named.length > 1 && untold.length > 1) return "at the end one id has two objects";
  for (const [index, { outcome, target, call }] of callers.entries()) {
    if (outcome !== "returned" || target === undefined) continue;
    const stands = objects.some((object) => isSame(object, target));
    if (!stands && !(isReleased && settings.callers[index]?.hasId)) return "a returned object was deleted";
    // With places, a call without an id has no unique key in the store: `audit` shows its twins.
    if (settings.profile === "places") continue;
    const leak = objects.find(
      (object) => !object.hasId && !isSame(object, target) && isOfCall(object.token, index, call),
    );
    if (leak !== undefined) return "an object without an id leaks: no call returned it";
  }
  if (isReleased && settings.profile === "places" && settings.faults.byHand === 0 && hasRisen(state))
    return "an id that was released has an object again";
  return undefined;
}

/** A late create of a finished call created an object that no caller got. */
function hasRisen({ objects, callers }: State): boolean {
  return objects.some(({ hasId, holders, token }) => {
    const maker = callers[callerOf(token)];
    if (!hasId || holders !== 0 || maker === undefined || !isOfCall(token, callerOf(token), maker.call))
      return false;
    return maker.outcome === "returned" || maker.outcome === "released";
  });
}

function isTold({ callers }: State, token: number): boolean {
  const maker = callers[callerOf(token)];
  return (
    maker !== undefined &&
    (maker.outcome === "uncertain" ||
      maker.outcome === "dead" ||
      maker.call > 0 ||
      (maker.outcome === "mismatch" && maker.isOpen))
  );
}
