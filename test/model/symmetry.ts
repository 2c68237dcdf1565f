/** Equal callers can change their names: states that differ only so have one key. */

/** The least of a state's keys, with its callers renamed in every way that their intents allow. */
export function leastKey<State>(
  callers: readonly unknown[],
  keyOf: (state: State, names: readonly number[]) => string,
): (state: State) => string {
  const permutations = permutationsOf(callers);
  return (state) => {
    let least: string | undefined;
    for (const names of permutations) {
      const key = keyOf(state, names);
      if (least === undefined || key < least) least = key;
    }
    return least ?? "";
  };
}

function permutationsOf(callers: readonly unknown[]): readonly (readonly number[])[] {
  const intents = callers.map((intent) => JSON.stringify(intent));
  const all = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((one) => all(rest.filter((name) => name !== one)).map((tail) => [one, ...tail]));
  return all([...callers.keys()]).filter((permutation) =>
    permutation.every((name, index) => intents[name] === intents[index]),
  );
}
