/** Draws the addresses of a container in the terminal: a row per /26, a character per address. */

/** What an address is taken for, in the order of the legend. */
const kinds = {
  host: { sign: "H", colour: 32, label: "host record" },
  fixed: { sign: "F", colour: 36, label: "fixed address" },
  reserved: { sign: "R", colour: 33, label: "reservation" },
  edge: { sign: "▪", colour: 90, label: "network, broadcast" },
  free: { sign: "░", colour: 34, label: "free, in a subnet" },
  other: { sign: "▒", colour: 35, label: "another's subnet" },
  unassigned: { sign: "·", colour: 90, label: "not in a subnet" },
} as const;

export type AddressKind = keyof typeof kinds;

/** One row: 64 addresses from `first` on. */
export interface MapRow {
  readonly first: string;
  readonly addresses: readonly AddressKind[];
}

export function drawMap(rows: readonly MapRow[], colour: boolean): string {
  const paint = (kind: AddressKind, text: string) =>
    colour ? `\u001b[${kinds[kind].colour}m${text}\u001b[0m` : text;
  const width = Math.max(...rows.map((row) => row.first.length));
  const lines = rows.map((row) => {
    const cells = row.addresses.map((kind) => paint(kind, kinds[kind].sign)).join("");
    return `${row.first.padEnd(width)}  ${cells}`;
  });
  const legend = (Object.keys(kinds) as AddressKind[])
    .map((kind) => `${paint(kind, kinds[kind].sign)} ${kinds[kind].label}`)
    .join("   ");
  return [...lines, "", legend].join("\n");
}
