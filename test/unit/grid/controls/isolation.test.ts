import { describe, expect, it } from "vitest";
import type { GridSeed } from "../../../../src/grid/controls/seed-form.js";
import { FakeGrid } from "../../../../src/grid/fake-grid.js";
import type { Assumptions } from "../../../../src/grid/model/assumptions.js";

const seed: GridSeed = { attributes: ["Token"], networks: ["10.0.0.0/24"] };

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape, and tests look into them
  readonly json: any;
}

/** A grid on which nothing ends before its clock is moved. */
function sideBySide(assumptions: Partial<Assumptions> = {}) {
  const grid = FakeGrid.inMemory({
    assumptions: { isolation: "none", ...assumptions },
    transactionTime: 100,
    seed,
  });
  grid.clock.freeze();
  const ask = asking(grid);
  return {
    grid,
    ask,
    /** All of these at once; each begins before any ends. */
    async together(...calls: readonly (readonly [method: string, target: string, body?: unknown])[]) {
      const answers = calls.map(([method, target, body]) => ask(method, target, body));
      await turn();
      grid.clock.advance(100);
      return Promise.all(answers);
    },
  };
}

function asking(grid: FakeGrid) {
  const { username, password, transport } = grid.clientOptions;
  return async (method: string, target: string, body?: unknown): Promise<Answer> => {
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
    const url = `${grid.url}/wapi/v2.14/${target}`;
    // biome-ignore lint/suspicious/noExplicitAny: as axios would, but for what FakeGrid never reads
    const request: any = {
      method,
      url,
      headers,
      data: body === undefined ? undefined : JSON.stringify(body),
    };
    const { status, data } = (await transport?.(request)) ?? { status: 0, data: "null" };
    return { status, json: JSON.parse(String(data)) };
  };
}

const turn = () => new Promise((done) => setImmediate(done));

const host = (name: string, token: string) => ({
  name,
  configure_for_dns: false,
  ipv4addrs: [{ ipv4addr: "func:nextavailableip:10.0.0.0/24" }],
  extattrs: { Token: { value: token } },
});

/** A create that is refused where another one with the token is there. */
const guarded = (name: string, token: string) => [
  { method: "POST", object: "record:host", data: host(name, token) },
  { method: "GET", object: "record:host", data: { "*Token": token }, args: { _max_results: -1 } },
];

async function addresses(ask: ReturnType<typeof asking>): Promise<string[]> {
  const { json } = await ask("GET", "record:host_ipv4addr?_return_fields=ipv4addr");
  return json.map(({ ipv4addr }: { ipv4addr: string }) => ipv4addr);
}

describe("requests without isolation", () => {
  it("each pass a guard that sees only what was committed when they began", async () => {
    const { together, ask } = sideBySide();
    const answers = await together(
      ["POST", "request", guarded("a", "x")],
      ["POST", "request", guarded("b", "x")],
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201].map(() => answers[0]?.status));
    expect(answers.every(({ status }) => status < 300)).toBe(true);
    expect(await addresses(ask)).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it("meet a guard that finds what was committed before they began", async () => {
    const { together } = sideBySide();
    const [first] = await together(["POST", "request", guarded("a", "x")]);
    const [second] = await together(["POST", "request", guarded("b", "x")]);
    expect([first?.status, second?.status].map((status) => Number(status) < 300)).toEqual([true, false]);
    expect(second?.json.text).toBe("Result set too large (> 1)");
  });

  it("see in their searches what they have written themselves", async () => {
    const { together } = sideBySide();
    const [answer] = await together(["POST", "request", guarded("a", "x")]);
    expect(answer?.json[1]).toHaveLength(1);
  });

  it("still find what others have deleted or changed meanwhile, as it was", async () => {
    const { together, ask } = sideBySide();
    const [made] = await together(["POST", "network", { network: "10.1.0.0/24", comment: "blue" }]);
    const look = [{ method: "GET", object: "network", data: { comment: "blue" } }];
    const [, found] = await together(["DELETE", made?.json], ["POST", "request", look]);
    expect(found?.json).toMatchObject([[{ network: "10.1.0.0/24", comment: "blue" }]]);
    expect((await ask("GET", "network?comment=blue")).json).toEqual([]);
  });

  it("never make two networks of one CIDR", async () => {
    const { together, ask } = sideBySide({ choosesNextSideBySide: true });
    const network = { network: "10.1.0.0/24" };
    const answers = await together(["POST", "network", network], ["POST", "network", network]);
    expect(answers.map(({ status }) => status)).toEqual([201, 400]);
    expect((await ask("GET", "network?network=10.1.0.0/24")).json).toHaveLength(1);
  });

  it("choose different addresses at their ends, the same one where they choose at their beginnings", async () => {
    const chosen = async (choosesNextSideBySide: boolean) => {
      const { together, ask } = sideBySide({ choosesNextSideBySide });
      await together(["POST", "record:host", host("a", "x")], ["POST", "record:host", host("b", "y")]);
      return addresses(ask);
    };
    expect(await chosen(false)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(await chosen(true)).toEqual(["10.0.0.1", "10.0.0.1"]);
  });

  it("choose the same network at their beginnings, of which the second is refused", async () => {
    const { together } = sideBySide({ choosesNextSideBySide: true });
    const next = { network: "func:nextavailablenetwork:10.2.0.0/16,default,24" };
    await together(["POST", "networkcontainer", { network: "10.2.0.0/16" }]);
    const answers = await together(["POST", "network", next], ["POST", "network", next]);
    expect(answers.map(({ status }) => status)).toEqual([201, 400]);
  });

  it.each([
    [false, 200],
    [true, 400],
  ] as const)(
    "delete what has the reference now; with refusesStaleWrites %s: %i",
    async (refusesStaleWrites, status) => {
      const { together, ask, grid } = sideBySide({ refusesStaleWrites });
      const [made] = await together([
        "POST",
        "network",
        { network: "10.1.0.0/24", extattrs: { Token: { value: "x" } } },
      ]);
      const remove = [
        { method: "GET", object: "network", data: { "*Token": "x" }, assign_state: { found: "_ref" } },
        { method: "DELETE", object: "##STATE:found:##", enable_substitution: true },
      ];
      const first = ask("DELETE", made?.json);
      await turn();
      grid.clock.advance(50);
      const late = ask("POST", "request", remove);
      await turn();
      grid.clock.advance(50);
      await first;
      // Somebody else takes the place while the deletion is on its way. A seed takes no time.
      grid.seed({ networks: ["10.1.0.0/24"] });
      grid.clock.advance(50);
      expect((await late).status === 400 ? 400 : 200).toBe(status);
      expect((await ask("GET", "network?network=10.1.0.0/24")).json).toHaveLength(refusesStaleWrites ? 1 : 0);
    },
  );

  it("keep the parts of a refused request where requests aren't transactional, and see their own", async () => {
    const { together, ask } = sideBySide({ requestIsTransactional: false });
    const calls = [...guarded("a", "x"), { method: "POST", object: "network", data: { network: "nowhere" } }];
    const [refused] = await together(["POST", "request", calls]);
    expect(refused?.status).toBe(400);
    expect(await addresses(ask)).toEqual(["10.0.0.1"]);
  });

  it("see in their searches what lag lets them see", async () => {
    const { together, grid } = sideBySide({ searchSeesWritesAfter: 500 });
    await together(["POST", "record:host", host("a", "x")]);
    const [tooEarly] = await together(["POST", "request", guarded("b", "x")]);
    grid.clock.advance(500);
    const [later] = await together(["POST", "request", guarded("c", "x")]);
    expect([tooEarly, later].map((answer) => Number(answer?.status) < 300)).toEqual([true, false]);
  });

  it("meet without a set duration, on a frozen clock too", async () => {
    const grid = FakeGrid.inMemory({ assumptions: { isolation: "none" }, seed });
    grid.clock.freeze();
    const ask = asking(grid);
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => ask("POST", "request", guarded(name, "x"))),
    );
    expect(answers.every(({ status }) => status < 300)).toBe(true);
  });
});

describe("serial requests", () => {
  it("begin when the one before has ended", async () => {
    const grid = FakeGrid.inMemory({ transactionTime: 100, seed });
    grid.clock.freeze();
    const ask = asking(grid);
    const both = [ask("POST", "request", guarded("a", "x")), ask("POST", "request", guarded("b", "x"))];
    await turn();
    grid.clock.advance(100);
    const first = await both[0];
    expect(await addresses(ask)).toEqual(["10.0.0.1"]);
    await turn();
    grid.clock.advance(100);
    expect([first?.status, (await both[1])?.status].map((status) => Number(status) < 300)).toEqual([
      true,
      false,
    ]);
  });

  it("end in the order that a test gives them", async () => {
    const ends: (() => void)[] = [];
    const grid = FakeGrid.inMemory({
      assumptions: { isolation: "none" },
      transactionTime: () => new Promise<void>((end) => ends.push(end)),
      seed,
    });
    const ask = asking(grid);
    const both = [ask("POST", "record:host", host("a", "x")), ask("POST", "record:host", host("b", "y"))];
    await turn();
    ends[1]?.();
    await both[1];
    ends[0]?.();
    await both[0];
    const { json } = await ask("GET", "record:host?_return_fields=name,ipv4addrs.ipv4addr");
    expect(
      json.map((found: { name: string; ipv4addrs: { ipv4addr: string }[] }) => [
        found.name,
        found.ipv4addrs[0]?.ipv4addr,
      ]),
    ).toEqual([
      ["b", "10.0.0.1"],
      ["a", "10.0.0.2"],
    ]);
  });
});

it("finds what is gone for a while, and what was changed as it was, where searches are slow to notice", async () => {
  const grid = FakeGrid.inMemory({ assumptions: { searchFindsGoneFor: 300 }, seed });
  grid.clock.freeze();
  const ask = asking(grid);
  const { json: ref } = await ask("POST", "network", { network: "10.1.0.0/24", comment: "blue" });
  grid.clock.advance(300);
  await ask("PUT", ref, { comment: "green" });
  expect((await ask("GET", "network?comment=blue")).json).toHaveLength(1);
  expect((await ask("GET", ref)).json.comment).toBe("green");
  grid.clock.advance(300);
  expect((await ask("GET", "network?comment=blue")).json).toEqual([]);
  await ask("DELETE", ref);
  expect((await ask("GET", "network?comment=green")).json).toHaveLength(1);
  expect((await ask("GET", ref)).status).toBe(404);
  grid.clock.advance(300);
  expect((await ask("GET", "network?comment=green")).json).toEqual([]);
});

it("carries a late request out when the test says so, also after its object was released", async () => {
  const grid = FakeGrid.inMemory({ seed });
  const ask = asking(grid);
  grid.faults.next({ on: "POST", fail: "late" });
  const network = { network: "10.1.0.0/24" };
  await expect(ask("POST", "network", network)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await ask("GET", "network?network=10.1.0.0/24")).json).toEqual([]);
  const { json: ref } = await ask("POST", "network", network);
  await ask("DELETE", ref);
  expect(await grid.faults.deliverLate()).toBe(1);
  expect((await ask("GET", "network?network=10.1.0.0/24")).json).toHaveLength(1);
});
