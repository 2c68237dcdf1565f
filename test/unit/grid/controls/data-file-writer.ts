/** A process that creates networks in a grid with a data file, and tells of each one answered, until it is killed. */

import { FakeGrid } from "../../../../src/grid/index.js";
import { create } from "../calling.js";

const [data = "", life = ""] = process.argv.slice(2);
const grid = await FakeGrid.listen({ data, tls: false });
for (let third = 0; ; third++) {
  const network = `10.${life}.${third}.0/24`;
  await create(grid, "network", { network });
  process.send?.(network);
}
