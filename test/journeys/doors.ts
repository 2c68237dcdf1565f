import { Ipam, type IpamOptions, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { afterEach, describe } from "vitest";

/** A grid behind one of its doors, and who speaks to it. */
export interface Visit {
  readonly grid: FakeGrid;
  readonly wapi: WapiClient;
  readonly ipam: Ipam;
  /** How many HTTP requests something takes. */
  readonly requestsOf: (work: () => Promise<unknown>) => Promise<number>;
}

export type Visitor = (gridOptions?: FakeGridOptions, ipamOptions?: IpamOptions) => Promise<Visit>;

const doors: readonly (readonly [name: string, open: (options: FakeGridOptions) => Promise<FakeGrid>])[] = [
  ["over HTTPS", (options) => FakeGrid.listen(options)],
  ["behind nock", async (options) => FakeGrid.intercept("https://grid.example.com", options)],
];

/** Tells a story behind every door of the emulator; what is open at the end of a test is closed. */
export function behindEveryDoor(title: string, story: (visit: Visitor) => void): void {
  describe.each(doors)(`${title}, %s`, (_name, open) => {
    const visited: { close: () => Promise<void> }[] = [];
    afterEach(async () => {
      for (const one of visited.splice(0).reverse()) await one.close();
    });
    story(async (gridOptions = {}, ipamOptions) => {
      const grid = await open(gridOptions);
      const wapi = new WapiClient(grid.clientOptions);
      visited.push(grid, wapi);
      const requestsOf = async (work: () => Promise<unknown>) => {
        const before = grid.requests.length;
        await work();
        return grid.requests.length - before;
      };
      return { grid, wapi, ipam: new Ipam(wapi, ipamOptions), requestsOf };
    });
  });
}
