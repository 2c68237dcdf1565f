/** A quarter of a campaign's operations; all of them with `CAMPAIGN=all`. */
export function share(operations: number): number {
  return process.env["CAMPAIGN"] === "all" ? operations : Math.ceil(operations / 4);
}
