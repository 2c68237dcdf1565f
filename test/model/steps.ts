/**
 * The steps of the protocol that makes, changes and deletes everything exactly once. The model's transitions have these
 * names, and the functions of src/ipam/engine say which of them they are ("Model: …"): whoever changes one changes the other.
 */
export const engineSteps = [
  /** Sends a create with its marks, its guard and, with places, its place, as one request. */
  "sendCreate",
  /** The answer says that the create is done and that nobody else has the id. */
  "created",
  /** The grid refused the create because the id or the token has an object already. */
  "guardRefused",
  /** The grid refused the create because the place of the id is taken. */
  "placeTaken",
  /** The grid refused a request with several creates because of another of them. */
  "refusedForAnother",
  /** The grid refused the create for a reason of its own (exhausted, in use) while no try was open. */
  "refused",
  /** Searches for what carries the id or the token. */
  "lookAgain",
  /** Waits as long as a transaction and a search can lag, then searches. */
  "waitOut",
  /** Returns the one object that carries the id. */
  "adopt",
  /** Another type of the kind has the id: RequestMismatchError. */
  "mismatch",
  /** Deletes an object that this protocol made too many, compared by token and place. */
  "rollBack",
  /**
   * Gives up the place of an object that somebody deleted by hand. The model deletes it; the engine marks it, as after a release,
   * and goes on with the next place of the id, which would be another id to the model.
   */
  "sweepPlace",
  /** Deletes what a caller releases, compared by token and place. */
  "compareAndDelete",
  /** Says that the object was released by this call. */
  "released",
  /** Says that the object is not there. */
  "gone",
  /** Finds the mark of a released id. The call ends here in the model; in the engine it goes on with the id's next place. */
  "releasedBefore",
  /** Gives an object of others its first value of `Last Change`. */
  "firstValue",
  /** Changes an object together with `Last Change`, compared by the value that was read. */
  "compareAndChange",
  /** Says that the change is done. */
  "changed",
  /** Says that the object has been changed by somebody else first, and that nothing was done. */
  "changedByOthers",
  /** Throws UncertainWriteError, which names the tokens of all open tries. */
  "uncertain",
] as const;

export type EngineStep = (typeof engineSteps)[number];

/** What the grid, the network and the machines do between the engine's steps. */
export type WorldStep =
  | "makes its place"
  | "begins"
  | "is refused"
  | "does"
  | "does, answer lost"
  | "does, and will again"
  | "does, will again and answers then"
  | "gives up waiting"
  | "dies"
  | "dies and starts again"
  | "shows in searches"
  | "deleted by hand";
