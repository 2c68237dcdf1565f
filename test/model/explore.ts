/** One step to another state. Only traces use the label. */
export interface Transition<State> {
  readonly state: State;
  readonly label: () => string;
}

/** A model to explore: its states are compared by their keys. */
export interface Model<State> {
  readonly initial: State;
  /** Two states with one key have the same future, up to the names of equal callers. */
  key(state: State): string;
  transitions(state: State): Iterable<Transition<State>>;
  /** The violation in this state, as a sentence. */
  violation(state: State): string | undefined;
}

export interface Exploration {
  readonly states: number;
  readonly violation?: string;
  /** The shortest way to the violation, a line for each step. */
  readonly trace?: readonly string[];
  /** There are more states than the limit: the rest was not visited. */
  readonly isCut: boolean;
}

/** Visits every state that can be reached, nearest first, until one is wrong. */
export function explore<State>(model: Model<State>, mostStates = 5_000_000): Exploration {
  const keys = [model.key(model.initial)];
  const origins = [-1];
  const seen = new Set(keys);
  // States are kept only until they have been visited; a trace is found again by the keys.
  let layer: State[] = [model.initial];
  for (let index = 0; layer.length > 0; ) {
    const next: State[] = [];
    for (const state of layer) {
      for (const transition of model.transitions(state)) {
        const key = model.key(transition.state);
        if (seen.has(key)) continue;
        seen.add(key);
        keys.push(key);
        origins.push(index);
        const violation = model.violation(transition.state);
        if (violation !== undefined)
          return { states: keys.length, violation, trace: traceOf(model, keys, origins), isCut: false };
        next.push(transition.state);
      }
      index += 1;
      if (keys.length > mostStates) return { states: keys.length, isCut: true };
    }
    layer = next;
  }
  return { states: keys.length, isCut: false };
}

/** The labels on the way to the last key. */
function traceOf<State>(
  model: Model<State>,
  keys: readonly string[],
  origins: readonly number[],
): readonly string[] {
  const path: string[] = [];
  for (let index = keys.length - 1; index > 0; index = origins[index] ?? 0) path.unshift(keys[index] ?? "");
  let state = model.initial;
  return path.map((key) => {
    for (const transition of model.transitions(state)) {
      if (model.key(transition.state) !== key) continue;
      state = transition.state;
      return transition.label();
    }
    throw new Error("A key has two meanings: the state of a trace is not found again.");
  });
}
