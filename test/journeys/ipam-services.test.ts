import type { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = { networks: ["10.0.7.0/24"], zones: ["example.com"] };

behindEveryDoor("services", (visit) => {
  it("wait for a restart after a change, and no longer once they had one", async () => {
    const { ipam, grid, requestsOf } = await visit({ seed });
    await ipam.services.restart();
    expect((await ipam.services.status()).pending).toBe(false);
    await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:02" });
    const status = await ipam.services.status();
    expect(status.pending).toBe(true);
    for (const member of status.members) expect(member).toMatchObject({ dns: "NO", dhcp: "YES" });
    expect(await requestsOf(() => ipam.services.status())).toBe(1);
    const restarted = await ipam.services.restart({ services: ["DHCP"] });
    expect(restarted.pending).toBe(false);
    expect(grid.requests.at(-2)?.body).toMatchObject([
      {},
      {
        args: { _function: "restartservices" },
        data: { restart_option: "RESTART_IF_NEEDED", services: ["DHCP"] },
      },
    ]);
  });

  it("are restarted once for all who ask at the same moment", async () => {
    const { ipam, grid, requestsOf } = await visit({ seed });
    await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:02" });
    const requests = await requestsOf(async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => ipam.services.restart()));
      for (const { pending } of all) expect(pending).toBe(false);
    });
    expect(requests).toBe(2);
    expect(JSON.stringify(grid.requests.at(-2)?.body)).toContain("restartservices");
  });

  it("are waited for until they are up, unless they take too long", async () => {
    const { ipam, grid } = await visit({ seed, restartSeconds: 60 });
    grid.clock.freeze();
    await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:02" });
    await expect(ipam.services.restart({ every: 1, patience: 3 })).rejects.toMatchObject({
      name: "TimeoutError",
      message: expect.stringMatching(/still busy after 3 ms: .*DHCP RESTART_PENDING/),
    });
    const waiting = ipam.services.status({ every: 1 });
    grid.clock.advance(61_000);
    expect((await waiting).pending).toBe(false);
    await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:03" });
    expect(await ipam.services.restart({ wait: false })).toMatchObject({ pending: true });
  });

  it("go on restarting when one who waits gives up", async () => {
    const { ipam, grid } = await visit({ seed, restartSeconds: 60 });
    grid.clock.freeze();
    await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:02" });
    const one = new AbortController();
    const [gone, stays] = [
      ipam.services.restart({ every: 1, signal: one.signal }),
      ipam.services.restart({ every: 1 }),
    ];
    one.abort();
    await expect(gone).rejects.toMatchObject({ name: "AbortedError" });
    const time = setInterval(() => grid.clock.advance(10_000), 1);
    await expect(stays).resolves.toMatchObject({ pending: false });
    clearInterval(time);
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["services[0]", (ipam) => ipam.services.restart({ services: ["NTP" as "DNS"] })],
    ["members", (ipam) => ipam.services.restart({ members: [] })],
    ["every", (ipam) => ipam.services.status({ every: -1 })],
  ];
  it.each(wrong)("refuse a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(0);
  });
});
