const change: unique symbol = Symbol.for("infoblox-ipam.list-change");

/** What is added to and removed from a list; the rest of it stays. */
export interface ListEdits<Item> {
  readonly add?: readonly Item[];
  readonly remove?: readonly Partial<Item>[];
}

/** What {@link listChange} makes. */
export interface ListChange<Item> {
  readonly [change]: ListEdits<Item>;
}

/**
 * As the value of a list field in an update: add to and remove from the list on the grid, in one atomic request.
 * Sending the whole list back would undo what others changed in the meantime.
 *
 * @example
 * await wapi.update(host._ref, { ipv4addrs: listChange({ add: [{ ipv4addr: "10.0.0.9" }], remove: [{ ipv4addr: "10.0.0.5" }] }) });
 */
export function listChange<Item>(edits: ListEdits<NoInfer<Item>>): ListChange<Item> {
  return { [change]: edits };
}

/** The edits that a value stands for, or `undefined` if it is a plain value. */
export function listEdits(value: unknown): ListEdits<unknown> | undefined {
  const marked = typeof value === "object" && value !== null && change in value;
  return marked ? (value as ListChange<unknown>)[change] : undefined;
}
