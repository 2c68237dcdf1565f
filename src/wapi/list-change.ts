const change: unique symbol = Symbol.for("infoblox-ipam.list-change");

/** Elements to add to a list and to remove from it. The others stay. */
export interface ListEdits<Item> {
  readonly add?: readonly Item[];
  readonly remove?: readonly Partial<Item>[];
}

/** The result of {@link listChange}. */
export interface ListChange<Item> {
  readonly [change]: ListEdits<Item>;
}

/**
 * A value of a list field in an update that adds to the grid's list and removes from it, in one atomic request (WAPI:
 * `field+` and `field-`). A client that sends the whole list would undo changes of others.
 *
 * @example
 * await wapi.update(host._ref, { ipv4addrs: listChange({ add: [{ ipv4addr: "10.0.0.9" }], remove: [{ ipv4addr: "10.0.0.5" }] }) });
 */
export function listChange<Item>(edits: ListEdits<NoInfer<Item>>): ListChange<Item> {
  return { [change]: edits };
}

/** The edits of a list change, or `undefined` for a plain value. */
export function listEdits(value: unknown): ListEdits<unknown> | undefined {
  const marked = typeof value === "object" && value !== null && change in value;
  return marked ? (value as ListChange<unknown>)[change] : undefined;
}
