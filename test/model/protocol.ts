import type { Model, Transition } from "./explore.js";
import { type Answer, carryOut, sightOf } from "./grid.js";
import { end, lookAgain, make, onCreated, onLook, onRolledBack, onSwept, returned, send } from "./make.js";
import { violation } from "./properties.js";
import { onReleased, onReleaseLook, release, startRelease } from "./release.js";
import { type Faults, noFaults, type Profile, type Settings, serialGrid } from "./settings.js";
import {
  callerAt,
  type Draft,
  draftOf,
  keyOf,
  type Message,
  type State,
  setCaller,
  stateOf,
} from "./state.js";
import type { EngineStep, WorldStep } from "./steps.js";
import { leastKey } from "./symmetry.js";

/** The protocol of creates and releases as a model. `onStep` is called for each engine step of a transition. */
export function protocol(settings: Settings, onStep?: (step: EngineStep) => void): Model<State> {
  return {
    initial: initialState(settings),
    key: leastKey(settings.callers, keyOf),
    transitions: (state) => transitionsOf(state, settings, onStep),
    violation: (state) => violation(state, settings),
  };
}

export function settingsOf(
  profile: Profile,
  {
    faults,
    grid,
    ...rest
  }: Omit<Partial<Settings>, "faults" | "grid"> & {
    readonly faults?: Partial<Faults>;
    readonly grid?: Partial<Settings["grid"]>;
  } = {},
): Settings {
  const callers = [
    { does: "make", hasId: true, type: 0 },
    { does: "make", hasId: true, type: 0 },
  ] as const;
  return {
    callers,
    profile,
    tries: 3,
    ...rest,
    grid: { ...serialGrid, ...grid },
    faults: { ...noFaults, ...faults },
  };
}

function initialState(settings: Settings): State {
  const caller = {
    call: 0,
    tries: 0,
    isOpen: false,
    mayHaveDeleted: false,
    message: undefined,
    outcome: "running",
    target: undefined,
    afterwards: "look",
  } as const;
  const draft = draftOf(
    {
      objects: [],
      place: undefined,
      fences: [],
      callers: settings.callers.map(() => caller),
      late: [],
      faults: settings.faults,
      wrong: undefined,
      isReleased: false,
    },
    settings,
  );
  for (const [index] of settings.callers.entries()) start(draft, index);
  return stateOf(draft);
}

function start(draft: Draft, caller: number): void {
  if (draft.settings.callers[caller]?.does === "release") release(draft, caller);
  else make(draft, caller);
}

const letters = "ABC";

function* transitionsOf(
  state: State,
  settings: Settings,
  onStep?: (step: EngineStep) => void,
): Generator<Transition<State>> {
  /** The state after work on a draft of this one. */
  const step = (what: WorldStep, message: Message | number | string, work: (draft: Draft) => void) => {
    const draft = draftOf(state, settings);
    work(draft);
    if (onStep !== undefined) for (const one of draft.steps) onStep(one);
    const next = stateOf(draft);
    const label = () => {
      const steps = draft.steps.length === 0 ? "" : `: ${draft.steps.join(", ")}`;
      return `${subject(message)} ${what}${steps}`;
    };
    return { state: next, label };
  };
  for (const [index, { message, outcome }] of state.callers.entries()) {
    if (outcome !== "running" || message === undefined) continue;
    yield* waysOf(state, settings, message, index, step);
    if (state.faults.crashes > 0) yield* deathsOf(message, index, step);
  }
  for (const message of state.late) {
    const others = (draft: Draft) => {
      draft.late = draft.late.filter((one) => one !== message);
    };
    if (isToBegin(settings, message)) {
      yield step("begins", message, (draft) => {
        others(draft);
        draft.late = [...draft.late, { ...message, begun: sightOf(draft, message) }];
      });
      continue;
    }
    yield step("does", message, (draft) => {
      others(draft);
      carryOut(draft, message);
    });
    if (state.faults.twice > 0) {
      yield step("does, and will again", message, (draft) => {
        others(draft);
        carryOut(draft, message);
        again(draft, message);
      });
    }
  }
  for (const [position, object] of state.objects.entries()) {
    if (!object.shows) {
      yield step("shows in searches", `object at ${object.place}`, (draft) => {
        draft.objects = draft.objects.map((one, at) => (at === position ? { ...one, shows: true } : one));
      });
    }
    if (state.faults.byHand > 0) {
      yield step("deleted by hand", `object at ${object.place}`, (draft) => {
        draft.faults = { ...draft.faults, byHand: draft.faults.byHand - 1 };
        draft.objects = draft.objects.filter((_, at) => at !== position);
        draft.isReleased = true;
      });
    }
  }
}

type Step = (
  what: WorldStep,
  message: Message | number | string,
  work: (draft: Draft) => void,
) => Transition<State>;

/** The possible outcomes of the message that a caller waits for. */
function* waysOf(
  state: State,
  settings: Settings,
  message: Message,
  caller: number,
  step: Step,
): Generator<Transition<State>> {
  const isWrite = message.kind !== "look";
  const { late, twice } = state.faults;
  if (isWrite && late > 0) {
    yield step("gives up waiting", message, (draft) => {
      draft.faults = { ...draft.faults, late: late - 1 };
      draft.late = [...draft.late, message];
      onNoAnswer(draft, caller, message);
    });
  }
  if (message.waits && message.begun === undefined && !isSettled(state)) return;
  if (isToBegin(settings, message)) {
    yield step("begins", message, (draft) => {
      setCaller(draft, caller, { message: { ...message, begun: sightOf(draft, message) } });
    });
    return;
  }
  const does = (draft: Draft) => {
    const answer = carryOut(draft, message);
    onAnswer(draft, caller, message, answer);
  };
  yield step("does", message, does);
  if (!isWrite) return;
  if (late > 0) {
    yield step("does, answer lost", message, (draft) => {
      draft.faults = { ...draft.faults, late: late - 1 };
      carryOut(draft, message);
      onNoAnswer(draft, caller, message);
    });
  }
  if (twice > 0) {
    yield step("does, and will again", message, (draft) => {
      again(draft, message);
      does(draft);
    });
    yield step("does, will again and answers then", message, (draft) => {
      draft.faults = { ...draft.faults, twice: twice - 1 };
      carryOut(draft, message);
      setCaller(draft, caller, { message: { ...message, begun: undefined } });
    });
  }
  if (state.faults.forAnother > 0 && message.kind === "create") {
    for (const isBehind of settings.grid.isTransactional ? [false] : [false, true]) {
      yield step("does", message, (draft) => {
        draft.faults = { ...draft.faults, forAnother: draft.faults.forAnother - 1 };
        if (isBehind) carryOut(draft, message);
        onAnswer(draft, caller, message, { kind: "for another" });
      });
    }
  }
}

function* deathsOf(message: Message, caller: number, step: Step): Generator<Transition<State>> {
  const die = (draft: Draft) => {
    draft.faults = { ...draft.faults, crashes: draft.faults.crashes - 1 };
    if (message.kind !== "look") draft.late = [...draft.late, message];
    setCaller(draft, caller, { isOpen: false, target: undefined });
  };
  yield step("dies", caller, (draft) => {
    die(draft);
    end(draft, caller, "dead");
  });
  yield step("dies and starts again", caller, (draft) => {
    die(draft);
    const { call } = callerAt(draft, caller);
    setCaller(draft, caller, {
      call: call + 1,
      tries: 0,
      mayHaveDeleted: false,
      message: undefined,
      afterwards: "look",
    });
    start(draft, caller);
  });
}

/** A write begins before it commits if the grid does not isolate. */
function isToBegin({ grid }: Settings, { kind, begun }: Message): boolean {
  return grid.isolation === "none" && kind !== "look" && begun === undefined;
}

/** Whether all work is done and visible. */
function isSettled({ objects, callers, late }: State): boolean {
  return (
    objects.every(({ shows }) => shows) &&
    late.every(({ begun }) => begun === undefined) &&
    callers.every(({ message }) => message?.begun === undefined)
  );
}

function again(draft: Draft, message: Message): void {
  draft.faults = { ...draft.faults, twice: draft.faults.twice - 1 };
  draft.late = [...draft.late, { ...message, begun: undefined }];
}

function onAnswer(draft: Draft, caller: number, message: Message, answer: Answer): void {
  const { does } = draft.settings.callers[caller] ?? {};
  switch (message.kind) {
    case "create":
      onCreated(draft, caller, message, answer);
      return;
    case "look": {
      const rows = answer.kind === "rows" ? answer.rows : [];
      if (does === "release") {
        onReleaseLook(draft, caller, rows);
        return;
      }
      onLook(draft, caller, rows, message.waits);
      return;
    }
    case "roll back":
      onRolledBack(draft, caller);
      return;
    case "sweep":
      onSwept(draft, caller);
      return;
    case "release":
      onReleased(draft, caller, answer, message.waits);
      return;
    case "take over":
      returned(draft, caller, message, false);
      return;
  }
}

/** The client gives up waiting, and does not learn what becomes of the message. */
function onNoAnswer(draft: Draft, caller: number, message: Message): void {
  if (message.kind === "create") {
    if (draft.settings.wrong === "takes a status for a proof") {
      end(draft, caller, "refused");
      return;
    }
    setCaller(draft, caller, { isOpen: true });
    lookAgain(draft, caller);
    return;
  }
  if (message.kind === "release") {
    setCaller(draft, caller, { mayHaveDeleted: true });
    startRelease(draft, caller, message);
    return;
  }
  if (message.kind === "roll back" && callerAt(draft, caller).afterwards === "mismatch") {
    draft.steps.push("rollBack");
    send(draft, caller, "roll back", message);
    return;
  }
  lookAgain(draft, caller);
}

function subject(message: Message | number | string): string {
  if (typeof message === "string") return message;
  if (typeof message === "number") return letters[message] ?? "?";
  return `${letters[message.caller]}'s ${message.waits ? "patient " : ""}${message.kind}`;
}
