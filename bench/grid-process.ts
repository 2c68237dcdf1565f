/** A FakeGrid in another process, so that client and grid do not share an event loop. Benchmarks fork it. */

import { FakeGrid, type ListenOptions } from "infoblox-ipam/testing";

/** The message to the parent when the grid listens. */
export interface GridReady {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

process.once("message", async (options: ListenOptions) => {
  const grid = await FakeGrid.listen(options);
  const { url, username, password } = grid.clientOptions;
  process.send?.({ url, username, password } satisfies GridReady);
  process.once("message", () => grid.close().then(() => process.exit(0)));
});
