import type { Answer } from "./grid.js";
import { end, lookAgain, profileOf, send } from "./make.js";
import { callerAt, type Draft, type GridObject, setCaller, type Target } from "./state.js";

/** Begins a release by id. */
export function release(draft: Draft, caller: number): void {
  lookAgain(draft, caller);
}

export function onReleaseLook(draft: Draft, caller: number, rows: readonly GridObject[]): void {
  const [row] = rows;
  if (row === undefined) {
    end(draft, caller, "gone");
    return;
  }
  startRelease(draft, caller, row);
}

/** Compares and deletes what was read, or what this call's result says. */
export function startRelease(draft: Draft, caller: number, object: Target, waits = false): void {
  const { type, token, place } = object;
  draft.steps.push(waits ? "waitOut" : "compareAndDelete");
  setCaller(draft, caller, { target: { type, token, place } });
  // From now on nobody may count on it.
  draft.objects = draft.objects.map((one) =>
    one.token === token && one.place === place ? { ...one, holders: 0 } : one,
  );
  send(draft, caller, "release", { type, token, place }, { waits });
}

export function onReleased(draft: Draft, caller: number, answer: Answer, waited: boolean): void {
  const { target, mayHaveDeleted } = callerAt(draft, caller);
  if (answer.kind === "done") {
    // A fence or a search makes the second of two deletes find nothing: done is done by this call.
    end(draft, caller, mayHaveDeleted ? "gone" : "released");
    return;
  }
  const { grid, wrong } = draft.settings;
  const isDoubtful = grid.lags || profileOf(draft, caller) === "wait";
  if (isDoubtful && !waited && wrong !== "believes that nothing was found" && target !== undefined) {
    startRelease(draft, caller, target, true);
    return;
  }
  const stands = draft.objects.some((one) => one.token === target?.token && one.place === target.place);
  if (stands) draft.wrong = "says gone, but it stands";
  const wasTakenOver =
    wrong === "changes the token to adopt" && draft.objects.some(({ place }) => place === target?.place);
  if (wasTakenOver) draft.wrong = "says gone, but it stands with an adopter's token";
  end(draft, caller, "gone");
}
