/** `--short`: the same work on little, to see that a benchmark still runs; its figures mean nothing then. */
const isShort = process.argv.includes("--short");

/** How much of something: as it is to be measured, or as little as shows that it works. */
export function sized(full: number, short: number): number {
  return isShort ? short : full;
}
