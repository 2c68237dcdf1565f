import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ended, environment, type GridSession, gridSession } from "../grid-session.js";
import { session as commandLine, type Session } from "../session.js";

const seed = {
  networks: ["10.0.0.0/24", { network: "10.0.1.0/30", extattrs: { Site: "Paris" } }, "2001:db8::/64"],
  zones: ["example.com"],
};

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({ seed });
});
afterAll(() => session[Symbol.asyncDispose]());

const request = ["address", "request"];

describe("infoblox-ipam address request", () => {
  it("prints the next free address, and nothing else", async () => {
    const { exitCode, stdout, stderr } = await session.run(...request, "--from", "10.0.0.0/24");
    expect([exitCode, stdout, stderr]).toEqual([0, "10.0.0.1\n", ""]);
  });

  it.each([
    [
      "a host record",
      ["--name", "web.example.com"],
      { kind: "host", name: "web.example.com", dnsView: "default" },
    ],
    ["a host outside of DNS", ["--name", "lamp", "--no-dns"], { kind: "host", name: "lamp" }],
    ["a fixed address", ["--mac", "02:42:ac:11:00:02"], { kind: "fixed", mac: "02:42:ac:11:00:02" }],
    ["a reservation", ["--comment", "kept"], { kind: "reservation", comment: "kept" }],
  ])("makes %s", async (_kind, args, expected) => {
    expect(await session.json(...request, "--from", "10.0.0.0/24", ...args)).toMatchObject(expected);
  });

  it("takes one, or many, from whatever subnet has an attribute", async () => {
    const paris = [...request, "--from-attribute", "Site=Paris"];
    expect((await session.run(...paris)).stdout).toBe("10.0.1.1\n");
    const many = [...paris, "--from", "10.0.0.0/24", "--strategy", "least-used", "--count", "2"];
    expect((await session.run(...many)).stdout).toBe("10.0.0.1\n10.0.0.2\n");
  });

  it("takes the address that is named, of IPv6 as well", async () => {
    expect((await session.run(...request, "--ip", "2001:db8::7")).stdout).toBe("2001:db8::7\n");
    const taken = await session.run(...request, "--ip", "2001:db8::7");
    expect(taken.exitCode).toBe(6);
  });

  it("takes many, each with a name", async () => {
    const { stdout, stderr } = await session.run(
      ...[...request, "--from", "10.0.0.0/24", "--count", "3", "--name", "worker-{n}.example.com"],
    );
    expect(stdout).toBe(
      "10.0.0.1 worker-1.example.com\n10.0.0.2 worker-2.example.com\n10.0.0.3 worker-3.example.com\n",
    );
    expect(stderr).toMatch(/^3 addresses in \d+\.\d s, [\d.]+\/s\n$/);
  });

  it("takes many once for a request id, and goes on where it was stopped", async () => {
    const many = [...request, "--from", "10.0.0.0/24", "--request-id", "workers", "--count"];
    const first = await session.run(...many, "2");
    expect(first.stdout).toBe("10.0.0.1\n10.0.0.2\n");
    expect((await session.run(...many, "2")).stdout).toBe(first.stdout);
    expect((await session.run(...many, "3")).stdout).toBe(`${first.stdout}10.0.0.3\n`);
  });

  it.each([[[]], [["--json"]]])(
    "stopped by Ctrl-C with a request id says that the same command goes on, and it does %j",
    async (json) => {
      let running: Session | undefined;
      await using other = await gridSession({
        seed: { networks: ["10.0.0.0/22"] },
        onRequest: ({ method }) => method === "POST" && running?.stop(),
      });
      const many = [...request, "--from", "10.0.0.0/22", "--count", "400", "--request-id", "workers"];
      running = commandLine([...many, ...json], { env: environment(other.grid) });
      const { exitCode, stdout, stderr } = await ended(running);
      running = undefined;
      expect([exitCode, stdout]).toEqual([130, ""]);
      expect(stderr).toContain(
        "The same command with the same --request-id continues where this one stopped.",
      );
      const again = await other.json<{ created: boolean }[]>(...many);
      expect([again.length, again[0]?.created, again.at(-1)?.created]).toEqual([400, false, true]);
    },
  );

  it("stopped by Ctrl-C without a request id promises nothing, and leaves nothing", async () => {
    let running: Session | undefined;
    await using other = await gridSession({
      seed: { networks: ["10.0.0.0/22"] },
      onRequest: ({ method }) => method === "POST" && running?.stop(),
    });
    const many = [...request, "--from", "10.0.0.0/22", "--count", "400"];
    running = commandLine(many, { env: environment(other.grid) });
    const { exitCode, stderr } = await ended(running);
    expect([exitCode, stderr]).toEqual([130, expect.not.stringContaining("same command")]);
    expect((await other.run("address", "request", "--from", "10.0.0.0/22")).stdout).toBe("10.0.0.1\n");
  });

  it("says what stays taken where a request id finds it again, and that nothing does without one", async () => {
    const many = [...request, "--from", "10.0.1.0/30", "--count", "5"];
    const without = await session.run(...many);
    expect(without.stderr).toMatch(
      /^error: Only 2 of 5 addresses were available in 10\.0\.1\.0\/30\. [^\n]*\n$/,
    );
    const withOne = await session.run(...many, "--request-id", "few");
    expect(withOne.stderr).toMatch(
      /were available in 10\.0\.1\.0\/30\. .*\nWhat was done before the error stays \(2\)/,
    );
    expect((await session.run(...request, "--from", "10.0.1.0/30")).exitCode).toBe(5);
  });

  it("shows how far it is on a terminal", async () => {
    const one = commandLine([...request, "--from", "10.0.0.0/24", "--count", "5"], {
      env: environment(session.grid),
      isTTY: true,
    });
    const { exitCode, stderr } = await ended(one);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("5 of 5 addresses");
    expect(stderr).toMatch(/5 addresses in \d+\.\d s, [\d.]+\/s\n$/);
  });

  it.each([
    ["there are not enough", ["--from", "10.0.1.0/30", "--count", "5"], 5, /were available/],
    [
      "one name is for many",
      ["--from", "10.0.0.0/24", "--count", "5", "--name", "x.example.com"],
      2,
      /\{n\}/,
    ],
    [
      "one MAC is for many",
      ["--from", "10.0.0.0/24", "--count", "5", "--mac", "02:42:ac:11:00:02"],
      2,
      /mac/,
    ],
    ["many come from nowhere", ["--count", "5"], 2, /--from/],
    ["nothing is said", [], 2, /error:/],
    ["there is no such subnet", ["--from", "10.9.0.0/24"], 4, /10\.9\.0\.0\/24/],
    ["a name lies in no zone", ["--from", "10.0.0.0/24", "--name", "web.elsewhere.org"], 4, /zone/i],
  ])("says so when %s, and ends with its exit code", async (_when, args, code, message) => {
    const { exitCode, stdout, stderr } = await session.run(...request, ...args);
    expect(stderr).toMatch(message);
    expect([exitCode, stdout]).toEqual([code, ""]);
  });
});

describe("infoblox-ipam address release", () => {
  it("gives back by address, by name and by request id; gone already is success", async () => {
    await session.run(...request, "--ip", "10.0.0.5");
    await session.run(...request, "--from", "10.0.0.0/24", "--name", "web.example.com");
    await session.run(...request, "--from", "10.0.0.0/24", "--request-id", "a");
    for (const args of [["10.0.0.5"], ["web.example.com"], ["--request-id", "a"]]) {
      expect(await session.run("address", "release", ...args)).toMatchObject({
        exitCode: 0,
        stdout: "released\n",
      });
      expect(await session.json("address", "release", ...args)).toMatchObject({
        released: false,
        reason: "gone",
      });
    }
  });

  it("wants to be told what", async () => {
    const { exitCode, stderr } = await session.run("address", "release");
    expect([exitCode, stderr]).toEqual([2, "error: name an address, or give --request-id\n"]);
  });
});

describe("infoblox-ipam address lookup", () => {
  it("tells who has an address", async () => {
    await session.run(...request, "--ip", "10.0.0.5", "--name", "web.example.com");
    const { stdout } = await session.run("address", "lookup", "10.0.0.5");
    expect(stdout).toMatch(/^status +in use\nnames +web\.example\.com$/m);
    expect(await session.json("address", "lookup", "10.0.0.6")).toMatchObject({ status: "UNUSED" });
  });

  it("refuses what is no address before anything is sent", async () => {
    const { exitCode, stderr } = await session.run("address", "lookup", "10.0.0.256");
    expect([exitCode, session.grid.requests.length]).toEqual([2, 0]);
    expect(stderr).toContain("10.0.0.256");
  });
});

describe("infoblox-ipam address find", () => {
  it("lists what fits by address, without one-time ids", async () => {
    await session.run(...request, "--ip", "10.0.0.10", "--mac", "02:42:ac:11:00:02", "--comment", "printer");
    await session.run(...request, "--ip", "10.0.0.9", "--name", "web-1.example.com");
    const { stdout } = await session.run("address", "find");
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ["ADDRESS", "KIND", "NAME"],
      ["10.0.0.9", "host", "web-1.example.com"],
      ["10.0.0.10", "fixed", "02:42:ac:11:00:02"],
      [""],
    ]);
    expect(stdout).not.toMatch(/Request Attempt|Last Change/);
    expect(await session.json("address", "find", "--mac", "02:42:ac:11:00:02")).toMatchObject([
      { ip: "10.0.0.10" },
    ]);
    expect(await session.json("address", "find", "--name-matches", "^web-")).toMatchObject([
      { ip: "10.0.0.9" },
    ]);
    expect((await session.run("address", "find", "--comment", "nothing")).stdout).toBe("");
  });
});
