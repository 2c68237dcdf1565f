/** `--short` runs a benchmark with little work, to see that it still runs. Its figures mean nothing then. */
const isShort = process.argv.includes("--short");

/** An amount of work: the full one, or a short one with `--short`. */
export function sized(full: number, short: number): number {
  return isShort ? short : full;
}
