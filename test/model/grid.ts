import { type Draft, type GridObject, isOfCall, isSame, type Message, type Sight } from "./state.js";

export type Answer =
  | { readonly kind: "created"; readonly place: number; readonly others: boolean }
  | { readonly kind: "guard refused" | "place taken" | "exhausted" | "for another" | "done" | "not found" }
  | { readonly kind: "rows"; readonly rows: readonly GridObject[] };

/** What the searches of a request find now. */
export function sightOf(draft: Draft, message: Message): Sight {
  const shown = draft.objects.filter(({ shows }) => shows);
  // The guard fails above one: where a search doesn't see what its own request made, it takes two others.
  const limit = draft.settings.grid.seesOwn ? 0 : 1;
  const ofKey = shown.filter((object) => hasKey(object, message));
  return {
    isTaken: ofKey.filter(({ type }) => type === message.type).length > limit,
    others: ofKey.some(({ type }) => type !== message.type),
    found:
      message.kind === "sweep"
        ? draft.place?.token === message.token && !draft.place.isMark
        : draft.settings.grid.isStale || shown.some((object) => isMeant(draft, object, message)),
  };
}

/** Whether a search for the message's id, or without an id for its call's token, finds the object. */
function hasKey(object: GridObject, message: Message): boolean {
  if (message.hasId) return object.hasId;
  return !object.hasId && isOfCall(object.token, message.caller, (message.token >> 3) & 3);
}

function isMeant({ settings }: Draft, object: GridObject, message: Message): boolean {
  if (settings.wrong === "one token for all tries") return object.token === message.token;
  return isSame(object, message);
}

/** Carries out a message with what its searches found. */
export function carryOut(draft: Draft, message: Message): Answer {
  switch (message.kind) {
    case "create":
      return create(draft, message);
    case "look":
      return {
        kind: "rows",
        rows: draft.objects.filter((one) => one.shows && isLookedFor(draft, one, message)),
      };
    case "roll back":
    case "release":
      return remove(draft, message);
    case "sweep":
      return sweep(draft, message);
    case "take over":
      return takeOver(draft, message);
  }
}

function isLookedFor({ settings }: Draft, object: GridObject, message: Message): boolean {
  if (settings.wrong === "searches its own type only" && object.type !== message.type) return false;
  return hasKey(object, message);
}

function create(draft: Draft, message: Message): Answer {
  const { grid } = draft.settings;
  const { token, type, hasId } = message;
  const sight = message.begun ?? sightOf(draft, message);
  const isTaken = message.isGuarded && sight.isTaken;
  if (message.hasPlace && draft.place !== undefined) return { kind: "place taken" };
  const place = freePlace(draft);
  if (place > grid.capacity) {
    if (message.hasPlace && !grid.isTransactional) draft.place = { token, isMark: false };
    return { kind: "exhausted" };
  }
  if (isTaken && grid.isTransactional) return { kind: "guard refused" };
  if (message.hasPlace) draft.place = { token, isMark: false };
  const made = { type, place, hasId, token, shows: !grid.lags, holders: 0 };
  draft.objects = [...draft.objects, made].sort((one, other) => one.place - other.place);
  return isTaken ? { kind: "guard refused" } : { kind: "created", place, others: sight.others };
}

function freePlace({ objects }: Draft): number {
  let place = 1;
  while (objects.some((object) => object.place === place)) place += 1;
  return place;
}

/** Deletes the intended object or, if the grid allows that, the object that is now in its place. */
function remove(draft: Draft, message: Message): Answer {
  const { grid, wrong } = draft.settings;
  const isByReference = wrong === "releases by reference" && message.kind === "release";
  const { found } = message.begun ?? sightOf(draft, message);
  const fence = (message.token << 4) | message.place;
  if (usesFence(draft) && !isByReference) {
    const isFenced = draft.fences.includes(fence);
    if (wrong === "fences before it searches") {
      if (isFenced) return { kind: "not found" };
      if (found || !grid.isTransactional) draft.fences = [...draft.fences, fence];
    }
    if (!found || isFenced) return { kind: "not found" };
    if (wrong !== "fences before it searches") draft.fences = [...draft.fences, fence];
  }
  if (!found && !isByReference) return { kind: "not found" };
  const meant = draft.objects.find((object) => isMeant(draft, object, message));
  if (meant !== undefined) {
    take(draft, meant, message);
    return { kind: "done" };
  }
  if (!(grid.overwrites || grid.isStale || isByReference)) return { kind: "not found" };
  const inPlace = draft.objects.find(({ place }) => place === message.place);
  if (inPlace === undefined) return { kind: "not found" };
  draft.wrong = "deletes another's object, which was given the place meanwhile";
  return { kind: "done" };
}

/** A fence is needed where a delete can reach what was given the place since its search. */
export function usesFence({ settings: { grid, wrong } }: Draft): boolean {
  return wrong !== "deletes without a fence" && (grid.overwrites || grid.isStale);
}

function take(draft: Draft, object: GridObject, message: Message): void {
  draft.objects = draft.objects.filter((one) => one !== object);
  if (message.kind === "release" && object.hasId) draft.isReleased = true;
  if (message.kind === "roll back") {
    if (object.holders !== 0) draft.wrong = "rolls back an object that a call has returned";
    if (draft.place?.token === object.token) draft.place = undefined;
    return;
  }
  if (!object.hasId || draft.settings.profile !== "places") return;
  const token = object.token;
  draft.place = draft.settings.wrong === "releases without a mark" ? undefined : { token, isMark: true };
}

function sweep(draft: Draft, message: Message): Answer {
  const { found } = message.begun ?? sightOf(draft, message);
  const fence = message.token << 4;
  if (!found || (usesFence(draft) && draft.fences.includes(fence))) return { kind: "not found" };
  if (usesFence(draft)) draft.fences = [...draft.fences, fence];
  const isMeant = draft.place?.token === message.token && !draft.place.isMark;
  if (!isMeant && !draft.settings.grid.overwrites) return { kind: "not found" };
  draft.place = undefined;
  return { kind: "done" };
}

/** Writes the adopter's token on an adopted object: one of the wrong protocols. */
function takeOver(draft: Draft, message: Message): Answer {
  const object = draft.objects.find(({ place, hasId }) => place === message.place && hasId);
  if (object === undefined) return { kind: "not found" };
  draft.objects = draft.objects.map((one) => (one === object ? { ...one, token: message.token } : one));
  return { kind: "done" };
}
