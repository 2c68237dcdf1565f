import { Ipam, type IpamOptions, WapiClient, type WapiClientOptions } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { afterEach, describe, expect, onTestFailed } from "vitest";

/** A grid behind one of its listeners, and a client for it. */
export interface Visit extends AsyncDisposable {
  readonly grid: FakeGrid;
  readonly wapi: WapiClient;
}

/** Like a new appliance. A journey sets up what else it needs. */
const bare: FakeGridOptions = { setup: false };

type Enter = (gridOptions?: FakeGridOptions, clientOptions?: WapiClientOptions) => Promise<Visit>;

/**
 * The less likely value of every assumption: all promises must hold there, too. Two are missing: batches require that a
 * `request` is one transaction, and the division of subnets that a leaf turns into a container.
 */
const otherwise: FakeGridOptions["assumptions"] = {
  requestStatus: 200,
  rootSchemaVersion: "number",
  quotesUnknownFields: false,
  nextNetworkIsCapped: false,
  emptySearchValue: "compared",
  addressOutsideNetworks: "empty",
  addressSearchesDefaultView: false,
  emptyAssignFails: false,
  listOrder: "key",
  requiredAttributes: "always",
  utilizationCountsRanges: false,
  utilizationUpdatesEvery: 0,
  ttlRaisesUseTtl: false,
  hostTtlRaisesUseTtl: true,
  networkViewTakesItsViews: true,
  pagingNeedsLimit: false,
  logoutBody: "{}",
  schemaNeedsLogin: false,
  loneAddressIsNetwork: false,
  unknownDnsMemberIsRefused: true,
  recordsNeedRestart: true,
};

/** The emulator's listeners, for `describe.each`: all promises must hold behind each. */
export const doors: readonly (readonly [door: string, enter: Enter])[] = [
  ["over HTTPS", (grid, client) => visit(FakeGrid.listen({ ...bare, ...grid }), client)],
  [
    "behind nock",
    (grid, client) => visit(FakeGrid.intercept("https://grid.example.com", { ...bare, ...grid }), client),
  ],
  ["in memory", (grid, client) => visit(FakeGrid.inMemory({ ...bare, ...grid }), client)],
  [
    "where every doubt goes the other way",
    (grid, client) =>
      visit(
        FakeGrid.inMemory({ ...bare, ...grid, assumptions: { ...otherwise, ...grid?.assumptions } }),
        client,
      ),
  ],
];
/** How many of twenty tests use each: sockets and certificates take most of the time, and few tests prove enough. */
const shares = [1, 1, 9, 9];
const doorsByShare = doors.flatMap((door, index) => Array.from({ length: shares[index] ?? 0 }, () => door));

async function visit(
  opening: FakeGrid | Promise<FakeGrid>,
  clientOptions: WapiClientOptions = {},
): Promise<Visit> {
  const grid = await opening;
  const wapi = new WapiClient({ ...grid.clientOptions, ...clientOptions });
  const leave = async () => {
    await wapi.close();
    await grid.close();
  };
  return { grid, wapi, [Symbol.asyncDispose]: leave };
}

/** A grid with a client and an `Ipam`. */
export interface IpamVisit extends Visit {
  readonly ipam: Ipam;
  /** How many HTTP requests something takes. */
  readonly requestsOf: (work: () => Promise<unknown>) => Promise<number>;
}

type IpamVisitor = (gridOptions?: FakeGridOptions, ipamOptions?: IpamOptions) => Promise<IpamVisit>;

/**
 * Runs a journey behind the listeners, and closes what is open at the end of a test. The test's name decides its
 * listener, which a failure names. `DOORS=all` in the environment runs every test behind each.
 */
export function behindEveryDoor(title: string, story: (visit: IpamVisitor) => void): void {
  if (process.env["DOORS"] === "all") {
    describe.each(doors)(`${title}, %s`, (_door, enter) => tell(story, () => enter));
  } else {
    describe(title, () => tell(story, doorOfThisTest));
  }
}

function doorOfThisTest(): Enter {
  const name = expect.getState().currentTestName ?? "";
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 65_521, 0);
  const [door, enter] = doorsByShare[sum % doorsByShare.length] as (typeof doors)[number];
  onTestFailed(() => console.error(`${name}: failed ${door}`));
  return enter;
}

function tell(story: (visit: IpamVisitor) => void, doorOf: () => Enter): void {
  const open: Visit[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
  });
  story(async (gridOptions, ipamOptions) => {
    const entered = await doorOf()(gridOptions);
    open.push(entered);
    const { grid, wapi } = entered;
    const requestsOf = async (work: () => Promise<unknown>) => {
      const before = grid.requests.length;
      await work();
      return grid.requests.length - before;
    };
    return { ...entered, ipam: new Ipam(wapi, ipamOptions), requestsOf };
  });
}
