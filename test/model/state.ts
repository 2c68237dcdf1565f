import type { Faults, Settings } from "./settings.js";
import type { EngineStep } from "./steps.js";

export interface GridObject {
  readonly type: number;
  /** Its place: a network's CIDR, an address. Its reference encodes only this. */
  readonly place: number;
  readonly hasId: boolean;
  readonly token: number;
  /** Whether searches find it. */
  readonly shows: boolean;
  /** The callers that got it, as bits. */
  readonly holders: number;
}

/** The target of a delete. */
export interface Target {
  readonly type: number;
  readonly token: number;
  readonly place: number;
}

export type MessageKind = "create" | "look" | "roll back" | "release" | "sweep" | "take over";

export interface Message {
  readonly kind: MessageKind;
  readonly caller: number;
  readonly type: number;
  readonly hasId: boolean;
  readonly token: number;
  readonly place: number;
  readonly isGuarded: boolean;
  readonly hasPlace: boolean;
  /** Sent only after the longest transaction and the longest lag. */
  readonly waits: boolean;
  /** What its searches found when the grid began it, if the grid does not isolate. */
  readonly begun: Sight | undefined;
}

/** What the searches of a request find. */
export interface Sight {
  readonly isTaken: boolean;
  readonly others: boolean;
  readonly found: boolean;
}

export type Outcome =
  | "running"
  | "returned"
  | "released"
  | "gone"
  | "releasedBefore"
  | "refused"
  | "mismatch"
  | "uncertain"
  | "dead";

export interface Caller {
  /** Counts the restarts of its process. */
  readonly call: number;
  readonly tries: number;
  /** A create of this call may still be done. */
  readonly isOpen: boolean;
  /** A delete of this call may have been done. */
  readonly mayHaveDeleted: boolean;
  readonly message: Message | undefined;
  readonly outcome: Outcome;
  readonly target: Target | undefined;
  /** What it does after the current delete. */
  readonly afterwards: "look" | "mismatch";
}

/** The key that the store itself keeps unique, made from an id. */
export interface Place {
  readonly token: number;
  readonly isMark: boolean;
}

export interface State {
  objects: readonly GridObject[];
  place: Place | undefined;
  /** Tokens and places whose one delete is committed. */
  fences: readonly number[];
  callers: readonly Caller[];
  /** Writes that the client has given up, or that are delivered again. */
  late: readonly Message[];
  faults: Faults;
  /** A forbidden effect of a step. */
  wrong: string | undefined;
  /** Whether a release of the id has been reported. */
  isReleased: boolean;
}

/** A state that a step works on, with the steps that it took. */
export interface Draft extends State {
  readonly settings: Settings;
  readonly steps: EngineStep[];
}

export function draftOf(state: State, settings: Settings): Draft {
  return { ...state, settings, steps: [] };
}

export function stateOf(draft: Draft): State {
  const { objects, place, fences, callers, late, faults, wrong, isReleased } = draft;
  const able = late.length === 0 ? late : late.filter((message) => canDoSomething(draft, message));
  return { objects, place, fences, callers, late: able, faults, wrong, isReleased };
}

/** Whether a late write can still change something. Others are forgotten. */
function canDoSomething({ objects, place, callers, late, settings }: Draft, message: Message): boolean {
  if (settings.grid.isStale) return true;
  if (message.begun !== undefined)
    return settings.wrong !== undefined || !isRefused(message, message.begun, settings);
  if (message.kind === "create") return !(message.hasPlace && place?.isMark === true);
  if (message.kind !== "roll back" && message.kind !== "release") return true;
  if (settings.wrong !== undefined) return true;
  const makes = (one: Message | undefined) => one?.kind === "create" && one.token === message.token;
  return (
    objects.some(({ token }) => token === message.token) ||
    late.some(makes) ||
    callers.some((caller) => makes(caller.message))
  );
}

/** Whether what a begun write has seen ends it: it changes nothing any more. */
function isRefused({ kind, isGuarded }: Message, sight: Sight, { grid }: Settings): boolean {
  if (kind === "create") return isGuarded && sight.isTaken && grid.isTransactional;
  return (kind === "roll back" || kind === "release") && !sight.found;
}

/** A token: of a caller, of one of its calls, of one of that call's creates. */
export function tokenOf(caller: number, call: number, attempt: number): number {
  return (caller << 5) | (call << 3) | attempt;
}

export function callerOf(token: number): number {
  return token >> 5;
}

export function isOfCall(token: number, caller: number, call: number): boolean {
  return token >> 3 === ((caller << 2) | call);
}

export function setCaller(draft: Draft, caller: number, change: Partial<Caller>): void {
  draft.callers = draft.callers.map((one, index) => (index === caller ? { ...one, ...change } : one));
}

export function callerAt(state: State, caller: number): Caller {
  return state.callers[caller] as Caller;
}

export function isSame(object: GridObject, target: Target): boolean {
  return object.token === target.token && object.place === target.place;
}

const outcomes: Readonly<Record<Outcome, number>> = {
  running: 0,
  returned: 1,
  released: 2,
  gone: 3,
  releasedBefore: 4,
  refused: 5,
  mismatch: 6,
  uncertain: 7,
  dead: 8,
};

const kinds: Readonly<Record<MessageKind, number>> = {
  create: 1,
  look: 2,
  "roll back": 3,
  release: 4,
  sweep: 5,
  "take over": 6,
};

const codes = new Uint16Array(256);

/** The key of a state with its callers renamed: `names[i]` is the new number of caller `i`. */
export function keyOf(state: State, names: readonly number[]): string {
  const { objects, callers, late, fences, faults, place } = state;
  let length = 0;
  const add = (code: number) => {
    codes[length] = code;
    length += 1;
  };
  const renamed = (token: number) => ((names[token >> 5] as number) << 5) | (token & 31);
  add(place === undefined ? 0 : 1 + renamed(place.token) * 2 + Number(place.isMark));
  add(faults.late | (faults.twice << 2) | (faults.crashes << 4) | (faults.byHand << 6));
  add(faults.forAnother | (state.isReleased ? 8 : 0) | (state.wrong === undefined ? 0 : 16));
  add(objects.length | (fences.length << 4) | (late.length << 8));
  for (const object of objects) {
    let holders = 0;
    for (let caller = 0; caller < names.length; caller += 1)
      if ((object.holders >> caller) & 1) holders |= 1 << (names[caller] as number);
    add(object.type | (object.hasId ? 2 : 0) | (object.shows ? 4 : 0) | (holders << 3) | (object.place << 8));
    add(renamed(object.token));
  }
  const addMessage = (message: Message) => {
    const { begun } = message;
    add(
      kinds[message.kind] |
        (message.type << 3) |
        (message.hasId ? 16 : 0) |
        (message.isGuarded ? 32 : 0) |
        (message.hasPlace ? 64 : 0) |
        (message.waits ? 128 : 0) |
        (begun === undefined
          ? 0
          : 512 | (begun.isTaken ? 1024 : 0) | (begun.others ? 2048 : 0) | (begun.found ? 4096 : 0)) |
        ((names[message.caller] as number) << 13),
    );
    add((renamed(message.token) << 4) | message.place);
  };
  for (let name = 0; name < names.length; name += 1) {
    const { outcome, call, tries, ...rest } = callers[names.indexOf(name)] as Caller;
    const { message, target } = rest;
    add(
      outcomes[outcome] |
        (call << 4) |
        (tries << 6) |
        (rest.isOpen ? 1 << 13 : 0) |
        (rest.mayHaveDeleted ? 1 << 14 : 0),
    );
    add(
      (target === undefined
        ? 0
        : 1 | (target.type << 1) | (target.place << 2) | (renamed(target.token) << 6)) |
        (rest.afterwards === "mismatch" ? 1 << 15 : 0),
    );
    if (message === undefined) add(0);
    else addMessage(message);
  }
  const key = textOf(0, length);
  const sets: string[] = [];
  for (const fence of fences) sets.push(String.fromCharCode((renamed(fence >> 4) << 4) | (fence & 15)));
  for (const message of late) {
    length = 0;
    addMessage(message);
    sets.push(textOf(0, length));
  }
  return sets.length === 0 ? key : key + sets.sort().join("");
}

function textOf(start: number, end: number): string {
  return String.fromCharCode.apply(null, codes.subarray(start, end) as unknown as number[]);
}
