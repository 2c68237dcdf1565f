/** Wrong protocols of a client that look right. Each has a counterexample in the tests. */
export type WrongIdea =
  /** Looks for the id, and creates without a guard where it finds nothing. */
  | "looks first instead of guarding"
  /** The first create of a call carries no guard. */
  | "guards only after a loss"
  /** A status after the commit (503 of a mesh) counts as "nothing was done". */
  | "takes a status for a proof"
  /** A refusal while a try is open counts as "nothing was done". */
  | "believes a refusal while a try is open"
  /** A release deletes whatever has the reference now. */
  | "releases by reference"
  /** An adopter writes a token of its own on what it adopts. */
  | "changes the token to adopt"
  /** What a call made under an id is rolled back when a later stage fails. */
  | "rolls back under an id"
  /** All tries of a call share one token, and deletes compare the token alone. */
  | "one token for all tries"
  /** Looks are believed at once where a transaction or a search can lag. */
  | "believes a look at once"
  /** Only the call that created waits. A call that finds one object believes it at once. */
  | "waits only after its own create"
  /** Deletes carry no fence. */
  | "deletes without a fence"
  /** The fence stands before the search of the delete. */
  | "fences before it searches"
  /** The first search of a release that finds nothing is believed. */
  | "believes that nothing was found"
  /** A release takes the place of the id along instead of leaving it as a mark. */
  | "releases without a mark"
  /** Deletes a place at once if its object does not show. */
  | "sweeps a place at once"
  /** Does not search for objects of the id of other types. */
  | "searches its own type only"
  /** Reports an object that the look after a loss finds as created. */
  | "reports what it finds as created";

export type Profile = "serial" | "places" | "wait";

export interface Grid {
  /** Whether requests see each other's uncommitted work. `none` is the worst case. */
  readonly isolation: "serial" | "none";
  /** Without isolation, whether a write on what changed meanwhile hits what has the reference now, or is refused. */
  readonly overwrites: boolean;
  /** Whether a `request` that is refused leaves nothing. */
  readonly isTransactional: boolean;
  /** Whether searches find a new object only some time later. */
  readonly lags: boolean;
  /** Whether a search finds what its own request made, also where searches lag. */
  readonly seesOwn: boolean;
  /** Whether searches still find what was deleted. */
  readonly isStale: boolean;
  /** More creates are refused as exhausted. */
  readonly capacity: number;
}

export const serialGrid: Grid = {
  isolation: "serial",
  overwrites: false,
  isTransactional: true,
  lags: false,
  seesOwn: true,
  isStale: false,
  capacity: 8,
};

/** What a caller does. Callers with equal intents are interchangeable. */
export interface Intent {
  readonly does: "make" | "make and release" | "release";
  readonly hasId: boolean;
  /** The type that it creates, of the kind's types. */
  readonly type: 0 | 1;
  /** Another profile than the grid's. */
  readonly profile?: Profile;
}

export interface Faults {
  /** How many answers are lost, or arrive after the client has given up. */
  readonly late: number;
  /** How many writes are delivered twice, the second time at any moment. */
  readonly twice: number;
  /** How many processes die, for ever or to start again. */
  readonly crashes: number;
  /** How many objects somebody deletes by hand, without their places. */
  readonly byHand: number;
  /** How many requests with several creates are refused because of another create. */
  readonly forAnother: number;
}

export const noFaults: Faults = { late: 0, twice: 0, crashes: 0, byHand: 0, forAnother: 0 };

export interface Settings {
  readonly callers: readonly Intent[];
  readonly profile: Profile;
  readonly grid: Grid;
  readonly faults: Faults;
  /** Most creates of a call. */
  readonly tries: number;
  readonly wrong?: WrongIdea;
}
