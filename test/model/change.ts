import type { Model, Transition } from "./explore.js";
import type { Profile } from "./settings.js";
import type { EngineStep, WorldStep } from "./steps.js";
import { leastKey } from "./symmetry.js";

/** Wrong protocols of a client that changes a host, which look right. */
export type WrongChange =
  /** Takes everything new on the host for its own change. */
  | "takes what is new for its own"
  /** A change goes by the reference, without comparing. */
  | "changes by reference"
  /** `Last Change` holds one value, and a change that is not found is sent again with the value that is there now. */
  | "keeps the last value alone"
  /** The first value is the value that the change compares. */
  | "compares the first value itself"
  /** Where requests don't see each other, a change has no place. */
  | "changes without a place"
  /** Where a grid keeps parts, a place without a change is given up although its request may still be under way. */
  | "gives up a place at once"
  /** If the chain of values is broken, reports that nothing was done. */
  | "believes a broken chain";

export interface ChangeSettings {
  /** `add` lets the grid choose another address for the host; `set` replaces its name. */
  readonly callers: readonly ("add" | "set")[];
  readonly profile: Profile;
  readonly isolation: "serial" | "none";
  /** Whether a refused `request` leaves nothing. If not, the place of a refused change stays. */
  readonly isTransactional?: boolean;
  /** Whether the host was made by others, without `Last Change`. */
  readonly isOfOthers: boolean;
  /** `refused`: how many changes the grid refuses for a reason of their own, after their place is made. */
  readonly faults: {
    readonly late: number;
    readonly twice: number;
    readonly crashes: number;
    readonly refused?: number;
  };
  readonly tries: number;
  readonly wrong?: WrongChange;
}

interface Change {
  readonly kind: "read" | "first value" | "change";
  readonly caller: number;
  readonly call: number;
  readonly expected: number;
  readonly value: number;
  /** A change of `Last Change` alone. */
  readonly isEmpty: boolean;
  readonly waits: boolean;
  /** Which place of the state it makes: the first that was not given up. */
  readonly turn: number;
  /** Whether its place is made and the rest is not, on a grid that keeps parts. */
  readonly isPlaced: boolean;
  /** Whether its search found the host, where the grid began it without isolation. */
  readonly begun: boolean | undefined;
}

interface Changer {
  readonly call: number;
  readonly tries: number;
  readonly values: number;
  readonly message: Change | undefined;
  /** What was read: `Last Change`, and how many addresses the host had. */
  readonly expected: number;
  readonly known: number;
  readonly value: number;
  readonly turn: number;
  /** Whether the grid refused the place. */
  readonly isHeld: boolean;
  /** Whether a try of this call may still arrive. */
  readonly isOpen: boolean;
  readonly outcome: "running" | "changed" | "nothing done" | "uncertain" | "dead";
  /** The address that the call returned, by the call that added it. */
  readonly result: number;
}

interface HostState {
  /** `Last Change` of the host: its last few values, newest first. */
  chain: readonly number[];
  /** The call that added each address. */
  addresses: readonly number[];
  /** Places: the value that was read, and the turn. */
  places: readonly number[];
  /** Places that were given up. */
  over: readonly number[];
  callers: readonly Changer[];
  late: readonly Change[];
  faults: ChangeSettings["faults"];
  wrong: string | undefined;
}

interface Draft extends HostState {
  readonly settings: ChangeSettings;
  readonly steps: EngineStep[];
}

const made = 1;

/**
 * First values begin here. A late one may come back, so nothing but a change of `Last Change` alone ever compares with
 * one: what a later change expects is never written twice.
 */
const firstValues = 512;

/** So many values `Last Change` holds. The engine keeps a few more; the model shows what follows when they do not suffice. */
const chainLength = 3;

/** Changes of one host by several callers as a model. */
export function changes(settings: ChangeSettings, onStep?: (step: EngineStep) => void): Model<HostState> {
  const initial: Draft = {
    chain: settings.isOfOthers ? [] : [made],
    addresses: [],
    places: [],
    over: [],
    callers: settings.callers.map(() => newCaller(0)),
    late: [],
    faults: settings.faults,
    wrong: undefined,
    settings,
    steps: [],
  };
  for (const [caller] of settings.callers.entries()) read(initial, caller);
  return {
    initial: stateOf(initial),
    key: leastKey(settings.callers, keyOf),
    transitions: (state) => transitionsOf(state, settings, onStep),
    violation,
  };
}

function newCaller(call: number): Changer {
  return {
    call,
    tries: 0,
    values: 0,
    message: undefined,
    expected: 0,
    known: 0,
    value: 0,
    turn: 0,
    isHeld: false,
    isOpen: false,
    outcome: "running",
    result: 0,
  };
}

function stateOf(draft: Draft): HostState {
  const { chain, addresses, places, over, callers, late, faults, wrong } = draft;
  const able = late.filter((message) => canDoSomething(draft, message));
  return { chain, addresses, places, over, callers, late: able, faults, wrong };
}

/** The place of a value, as one number. */
function placeOf({ expected, turn }: Pick<Change, "expected" | "turn">): number {
  return expected * 4 + turn;
}

function isUnderWay({ begun, isPlaced }: Change): boolean {
  return begun !== undefined || isPlaced;
}

/** Whether a late write can still change something. Others are forgotten. */
function canDoSomething({ chain, callers, places, late, settings }: Draft, message: Change): boolean {
  const { expected, kind } = message;
  if (kind === "first value" || isUnderWay(message) || settings.wrong !== undefined) return true;
  if (places.includes(placeOf(message))) return false;
  const writes = (one: Change | undefined) => one?.value === expected && one.kind !== "read";
  return (
    chain[0] === expected ||
    late.some(writes) ||
    callers.some(({ value, message }) => value === expected || writes(message))
  );
}

const outcomes = ["running", "changed", "nothing done", "uncertain", "dead"];
const kinds = ["read", "first value", "change"];

/** The key of a state with its callers renamed: `names[i]` is the new number of caller `i`. */
function keyOf(
  { chain, addresses, places, over, callers, late, faults, wrong }: HostState,
  names: readonly number[],
): string {
  const nameOf = (caller: number) => names[caller] as number;
  const renamed = (value: number) =>
    value % firstValues < 16 ? value : value + ((nameOf(callerOfValue(value)) - callerOfValue(value)) << 6);
  const renamedCall = (call: number) =>
    call < 2 ? call : call + ((nameOf((call - 2) >> 2) - ((call - 2) >> 2)) << 2);
  const keyOfChange = (one: Change) =>
    String.fromCharCode(
      kinds.indexOf(one.kind) |
        (nameOf(one.caller) << 2) |
        (one.call << 4) |
        (one.isEmpty ? 64 : 0) |
        (one.waits ? 128 : 0) |
        (one.begun === undefined ? 0 : one.begun ? 256 : 512) |
        (one.isPlaced ? 1024 : 0) |
        (one.turn << 11),
      renamed(one.expected),
      renamed(one.value),
    );
  const own = ({ message, ...rest }: Changer) =>
    String.fromCharCode(
      rest.call | (rest.tries << 2) | (rest.values << 5) | (outcomes.indexOf(rest.outcome) << 9),
      rest.turn | (rest.isHeld ? 4 : 0) | (rest.isOpen ? 8 : 0),
      renamed(rest.expected),
      rest.known,
      renamed(rest.value),
      renamedCall(rest.result),
    ) + (message === undefined ? "-" : keyOfChange(message));
  const renamedPlaces = (all: readonly number[]) =>
    String.fromCharCode(
      ...all.map((one) => renamed(one >> 2) * 4 + (one & 3)).sort((one, other) => one - other),
    );
  const byName = [...callers.keys()].sort((one, other) => nameOf(one) - nameOf(other));
  return [
    String.fromCharCode(
      faults.late,
      faults.twice,
      faults.crashes,
      faults.refused ?? 0,
      wrong === undefined ? 0 : 1,
    ),
    String.fromCharCode(...chain.map(renamed)),
    String.fromCharCode(...addresses.map(renamedCall)),
    renamedPlaces(places),
    renamedPlaces(over),
    ...byName.map((caller) => own(callers[caller] as Changer)),
    late.map(keyOfChange).sort().join(""),
  ].join("|");
}

/** The caller that wrote a value, from the value. */
function callerOfValue(value: number): number {
  return ((value % firstValues) - 16) >> 6;
}

/** The unique id of a call. */
function callOf(caller: number, call: number): number {
  return 2 + caller * 4 + call;
}

function at(state: HostState, caller: number): Changer {
  return state.callers[caller] as Changer;
}

function set(draft: Draft, caller: number, change: Partial<Changer>): void {
  draft.callers = draft.callers.map((one, index) => (index === caller ? { ...one, ...change } : one));
}

function send(draft: Draft, caller: number, message: Pick<Change, "kind"> & Partial<Change>): void {
  const { call, expected, value, turn } = at(draft, caller);
  const common = { caller, call, expected, value, turn, isEmpty: false, waits: false, isPlaced: false };
  set(draft, caller, { message: { ...common, begun: undefined, ...message } });
}

// The engine.

function read(draft: Draft, caller: number, waits = false): void {
  draft.steps.push(waits ? "waitOut" : "lookAgain");
  send(draft, caller, { kind: "read", waits });
}

/** A unique value of this host. */
function freshValue(draft: Draft, caller: number): number {
  const { values, call } = at(draft, caller);
  set(draft, caller, { values: values + 1 });
  return 16 + (caller * 4 + call) * 16 + values;
}

function firstValue(draft: Draft, caller: number): void {
  draft.steps.push("firstValue");
  // Each send has a value of its own, and one that shows what it is.
  send(draft, caller, { kind: "first value", value: freshValue(draft, caller) + firstValues });
}

function compareAndChange(draft: Draft, caller: number, isEmpty: boolean): void {
  const { tries } = at(draft, caller);
  if (tries >= draft.settings.tries) {
    end(draft, caller, "nothing done");
    return;
  }
  draft.steps.push("compareAndChange");
  const value = freshValue(draft, caller);
  set(draft, caller, { tries: tries + 1, value });
  send(draft, caller, { kind: "change", value, isEmpty });
}

function onRead(draft: Draft, caller: number, { waits }: Pick<Change, "waits">): void {
  const { settings, chain, addresses } = draft;
  const { value, expected, known, isHeld } = at(draft, caller);
  const [newest = 0] = chain;
  if (value !== 0) {
    if (chain.includes(value)) {
      changed(draft, caller);
      return;
    }
    if (settings.wrong === "takes what is new for its own" && addresses.length > known) {
      changed(draft, caller);
      return;
    }
    if (newest === expected && isHeld) {
      onHeldPlace(draft, caller, waits);
      return;
    }
    // The very same again: of all tries that expect one value, one can be done.
    if (newest === expected) {
      send(draft, caller, { kind: "change" });
      return;
    }
    // Where the chain goes on from what was expected without ours, ours was not done and never will be.
    // Without isolation and without fences two changes of one value may both be done: the chain then lacks one.
    const isProof = settings.profile !== "wait" && chain.includes(expected);
    const isOvertaken = isProof || settings.wrong === "keeps the last value alone";
    if (!isOvertaken) {
      end(draft, caller, settings.wrong === "believes a broken chain" ? "nothing done" : "uncertain");
      return;
    }
    draft.steps.push("changedByOthers");
  }
  set(draft, caller, { expected: newest, known: addresses.length, value: 0, turn: 0, isHeld: false });
  if (newest === 0) {
    firstValue(draft, caller);
    return;
  }
  compareAndChange(
    draft,
    caller,
    newest >= firstValues && settings.wrong !== "compares the first value itself",
  );
}

/** A place is taken and the state is still the same: its request is under way, or was refused after it made the place. */
function onHeldPlace(draft: Draft, caller: number, hasWaited: boolean): void {
  const held = placeOf(at(draft, caller));
  if (!draft.over.includes(held)) {
    if (!hasWaited && draft.settings.wrong !== "gives up a place at once") {
      read(draft, caller, true);
      return;
    }
    giveUpPlace(draft, caller);
  }
  set(draft, caller, { turn: at(draft, caller).turn + 1, isHeld: false });
  send(draft, caller, { kind: "change" });
}

function giveUpPlace(draft: Draft, caller: number): void {
  draft.steps.push("sweepPlace");
  draft.over = [...draft.over, placeOf(at(draft, caller))];
}

/** The grid refused the change itself: its place is made, and its request is over. */
function onRefused(draft: Draft, caller: number): void {
  if (hasPlaces(draft.settings)) giveUpPlace(draft, caller);
  draft.steps.push("refused");
  if (at(draft, caller).isOpen) read(draft, caller);
  else end(draft, caller, "nothing done");
}

function onPlaceTaken(draft: Draft, caller: number, message: Change): void {
  draft.steps.push("placeTaken");
  if (message.isEmpty) {
    lookAfter(draft, caller, message);
    return;
  }
  set(draft, caller, { isHeld: true });
  read(draft, caller);
}

function onAnswer(draft: Draft, caller: number, message: Change, answer: Answer): void {
  const isDone = answer === "done";
  if (message.kind === "read") {
    onRead(draft, caller, message);
    return;
  }
  if (answer === "refused") {
    onRefused(draft, caller);
    return;
  }
  if (answer === "place taken") {
    onPlaceTaken(draft, caller, message);
    return;
  }
  if (message.kind === "first value") {
    set(draft, caller, { expected: message.value, known: draft.addresses.length });
    const comparesFirst = draft.settings.wrong === "compares the first value itself";
    compareAndChange(draft, caller, !comparesFirst);
    return;
  }
  if (message.isEmpty || !isDone) {
    lookAfter(draft, caller, message);
    return;
  }
  if (draft.settings.profile === "wait") {
    lookAfter(draft, caller, message);
    return;
  }
  changed(draft, caller);
}

function onNoAnswer(draft: Draft, caller: number, message: Change): void {
  set(draft, caller, { isOpen: true });
  if (message.kind === "first value") {
    firstValue(draft, caller);
    return;
  }
  lookAfter(draft, caller, message);
}

/** Reads from the object what became of a change. For an empty change only the present state counts. */
function lookAfter(draft: Draft, caller: number, message: Change): void {
  if (message.isEmpty) set(draft, caller, { value: 0, expected: 0 });
  read(draft, caller, draft.settings.profile === "wait");
}

/** The value is ours. What is new is ours if it is one. */
function changed(draft: Draft, caller: number): void {
  const { known, call } = at(draft, caller);
  const added = draft.addresses.slice(known);
  if (draft.settings.callers[caller] === "add") {
    if (added.length !== 1 && draft.settings.wrong !== "changes by reference") {
      end(draft, caller, "uncertain");
      return;
    }
    set(draft, caller, { result: added.at(-1) ?? 0 });
  } else set(draft, caller, { result: callOf(caller, call) });
  draft.steps.push("changed");
  end(draft, caller, "changed");
}

function end(draft: Draft, caller: number, outcome: Changer["outcome"]): void {
  if (outcome === "uncertain") draft.steps.push("uncertain");
  const { call, result } = at(draft, caller);
  set(draft, caller, { ...newCaller(call), outcome, result });
}

// The grid.

/** `not found`: the search of the request did not find the object with the value that was read. */
type Answer = "done" | "not found" | "place taken" | "refused";

function hasPlaces({ profile, wrong }: ChangeSettings): boolean {
  return profile === "places" && wrong !== "changes without a place";
}

/** Whether the grid makes the place of a change before the rest, which it may refuse. */
function makesPlaceFirst(settings: ChangeSettings, { kind, isPlaced }: Change): boolean {
  return settings.isTransactional === false && hasPlaces(settings) && kind === "change" && !isPlaced;
}

function carryOut(draft: Draft, message: Change): Answer {
  if (message.kind === "read") return "done";
  if (message.kind === "first value") {
    draft.chain = [message.value];
    return "done";
  }
  const { settings } = draft;
  const isByReference = settings.wrong === "changes by reference";
  const isFound = message.begun ?? draft.chain[0] === message.expected;
  if (hasPlaces(settings) && !message.isPlaced) {
    if (draft.places.includes(placeOf(message))) return "place taken";
    if (isFound) draft.places = [...draft.places, placeOf(message)];
  }
  if (!isFound && !isByReference) return "not found";
  const isOvertaken = draft.chain[0] !== message.expected;
  const length = settings.wrong === "keeps the last value alone" ? 1 : chainLength;
  draft.chain = [message.value, ...(message.begun === undefined ? draft.chain : [message.expected])].slice(
    0,
    length,
  );
  if (message.isEmpty) return "done";
  if (settings.callers[message.caller] === "add")
    draft.addresses = [...draft.addresses, callOf(message.caller, message.call)];
  else if (isOvertaken && settings.profile !== "wait" && message.expected !== 0)
    draft.wrong = "overwrites a change that it has not seen";
  return "done";
}

function violation(state: HostState): string | undefined {
  const count = (call: number) => state.addresses.filter((one) => one === call).length;
  for (const [caller, { outcome, call, result }] of state.callers.entries()) {
    const own = callOf(caller, call);
    if (outcome === "changed" && result !== own) return "returns an address that another call added";
    if (outcome === "changed" && count(own) > 1) return "one call added two addresses";
    if (outcome === "nothing done" && count(own) > 0) return "says that nothing was done, but it was";
  }
  return state.wrong;
}

// The network and the machines.

function* transitionsOf(
  state: HostState,
  settings: ChangeSettings,
  onStep?: (step: EngineStep) => void,
): Generator<Transition<HostState>> {
  const step = (
    what: WorldStep,
    { caller, kind }: Pick<Change, "caller" | "kind">,
    work: (draft: Draft) => void,
  ) => {
    const draft: Draft = { ...state, settings, steps: [] };
    work(draft);
    if (onStep !== undefined) for (const one of draft.steps) onStep(one);
    const steps = draft.steps.length === 0 ? "" : `: ${draft.steps.join(", ")}`;
    return { state: stateOf(draft), label: () => `${"ABC"[caller]}'s ${kind} ${what}${steps}` };
  };
  const { late, twice, crashes, refused = 0 } = state.faults;
  const isToBegin = ({ kind, begun }: Change) =>
    settings.isolation === "none" && kind === "change" && begun === undefined;
  const refuse = (draft: Draft) => {
    draft.faults = { ...draft.faults, refused: refused - 1 };
  };
  const begin = (draft: Draft, message: Change): Change => ({
    ...message,
    begun: draft.chain[0] === message.expected,
  });
  const again = (draft: Draft, message: Change) => {
    draft.faults = { ...draft.faults, twice: twice - 1 };
    draft.late = [...draft.late, { ...message, isPlaced: false, begun: undefined }];
  };
  const isSettled =
    !state.late.some(isUnderWay) &&
    !state.callers.some(({ message }) => message !== undefined && isUnderWay(message));
  for (const [caller, { message, outcome, call }] of state.callers.entries()) {
    if (outcome !== "running" || message === undefined) continue;
    const isWrite = message.kind !== "read";
    if (crashes > 0) {
      const dies = (draft: Draft) => {
        draft.faults = { ...draft.faults, crashes: crashes - 1 };
        if (isWrite) draft.late = [...draft.late, message];
      };
      yield step("dies", message, (draft) => {
        dies(draft);
        end(draft, caller, "dead");
      });
      yield step("dies and starts again", message, (draft) => {
        dies(draft);
        set(draft, caller, newCaller(call + 1));
        read(draft, caller);
      });
    }
    if (isWrite && late > 0) {
      yield step("gives up waiting", message, (draft) => {
        draft.faults = { ...draft.faults, late: late - 1 };
        draft.late = [...draft.late, message];
        onNoAnswer(draft, caller, message);
      });
    }
    if (message.waits && !isSettled) continue;
    if (makesPlaceFirst(settings, message)) {
      yield step("makes its place", message, (draft) => {
        const place = placeOf(message);
        if (draft.places.includes(place)) onPlaceTaken(draft, caller, message);
        else {
          draft.places = [...draft.places, place];
          set(draft, caller, { message: { ...message, isPlaced: true } });
        }
      });
      continue;
    }
    if (refused > 0 && message.kind === "change" && !message.isEmpty) {
      yield step("is refused", message, (draft) => {
        refuse(draft);
        onAnswer(draft, caller, message, "refused");
      });
    }
    if (isToBegin(message)) {
      yield step("begins", message, (draft) => set(draft, caller, { message: begin(draft, message) }));
      continue;
    }
    yield step("does", message, (draft) => onAnswer(draft, caller, message, carryOut(draft, message)));
    if (!isWrite) continue;
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
        onAnswer(draft, caller, message, carryOut(draft, message));
      });
      yield step("does, will again and answers then", message, (draft) => {
        draft.faults = { ...draft.faults, twice: twice - 1 };
        carryOut(draft, message);
        set(draft, caller, { message: { ...message, isPlaced: false, begun: undefined } });
      });
    }
  }
  for (const message of state.late) {
    const others = state.late.filter((one) => one !== message);
    if (makesPlaceFirst(settings, message)) {
      yield step("makes its place", message, (draft) => {
        const place = placeOf(message);
        const isTaken = draft.places.includes(place);
        draft.late = isTaken ? others : [...others, { ...message, isPlaced: true }];
        if (!isTaken) draft.places = [...draft.places, place];
      });
      continue;
    }
    if (refused > 0 && message.isPlaced) {
      yield step("is refused", message, (draft) => {
        refuse(draft);
        draft.late = others;
      });
    }
    if (isToBegin(message)) {
      yield step("begins", message, (draft) => {
        draft.late = [...others, begin(draft, message)];
      });
      continue;
    }
    yield step("does", message, (draft) => {
      draft.late = others;
      carryOut(draft, message);
    });
    if (twice > 0) {
      yield step("does, and will again", message, (draft) => {
        draft.late = others;
        carryOut(draft, message);
        again(draft, message);
      });
    }
  }
}
