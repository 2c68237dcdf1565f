/** A FakeGrid in a process of its own, so that client and grid don't share an event loop. Forked by the benches. */

import { FakeGrid, type ListenOptions } from "infoblox-ipam/testing";

/** What the parent gets when the grid listens. */
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
