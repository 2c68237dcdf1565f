import type { AxiosRequestConfig } from "axios";
import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import type { TransportRequest } from "../../../src/transport/request.js";
import { Transport } from "../../../src/transport/transport.js";
import { FakeClock } from "./fake-clock.js";

const [master, first, second] = ["https://master", "https://first", "https://second"];
const path = "/wapi/v2.12/network";
const read: TransportRequest = { method: "GET", path, writes: false };
const write: TransportRequest = { method: "POST", path, body: {}, writes: true };

function start(options: TransportOptions = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const down = new Set<string>();
  const transport = async ({ url = "", method }: AxiosRequestConfig) => {
    const host = new URL(url).origin;
    asked.push(`${method} ${host.slice("https://".length)}`);
    const page = JSON.stringify(method === "GET" ? { result: [], next_page_id: "page-2" } : {});
    if (down.has(host))
      return { status: 503, statusText: "", headers: {}, data: Buffer.from("busy"), config: {} as never };
    return { status: 200, statusText: "", headers: {}, data: Buffer.from(page), config: {} as never };
  };
  const given: TransportOptions = {
    url: [master, first, second],
    username: "admin",
    password: "s3cret-1",
    session: "basic",
    readFrom: "candidates",
    transport,
    ...options,
  };
  const client = new Transport(transportSettings(given, {}), clock);
  /** Where these requests went. */
  const places = async (...requests: TransportRequest[]) => {
    asked.length = 0;
    for (const request of requests) await client.send(request);
    return [...asked];
  };
  return { client, clock, down, places };
}

describe("reading from candidates", () => {
  it("asks the first candidate for reads, and the master for writes", async () => {
    const { places } = start();
    expect(await places(read, read, write)).toEqual(["GET first", "GET first", "POST master"]);
  });

  it("reads from the master for half a minute after a write", async () => {
    const { clock, places } = start();
    expect(await places(write, read)).toEqual(["POST master", "GET master"]);
    clock.time += 31_000;
    expect(await places(read)).toEqual(["GET first"]);
  });

  it("asks the master for reads in a POST, which a read-only API refuses", async () => {
    const { places } = start();
    expect(await places({ method: "POST", path: "/wapi/v2.12/request", body: [], writes: false })).toEqual([
      "POST master",
    ]);
  });

  it("asks the next candidate where one is busy, and the master where all are", async () => {
    const { down, places } = start();
    down.add(first);
    expect(await places(read, read)).toEqual(["GET first", "GET first", "GET second", "GET second"]);
    down.add(second);
    expect((await places(read)).at(-1)).toBe("GET master");
  });

  it("reads the next page where it read the one before, also after a write", async () => {
    const { places } = start();
    const next: TransportRequest = { ...read, query: [["_page_id", "page-2"]] };
    expect(await places(read, write, next, read)).toEqual([
      "GET first",
      "POST master",
      "GET first",
      "GET master",
    ]);
  });

  it("leaves a child that wants the master to it", async () => {
    const { client, places } = start();
    const careful = client.with({ readFrom: "master" });
    await careful.send(read);
    expect(await places(read)).toEqual(["GET first"]);
  });

  it("is not what an Ipam decides by", async () => {
    await using grid = await FakeGrid.listen({ tls: false, seed: { networks: ["10.0.0.0/24"] } });
    await using candidate = await FakeGrid.listen({ tls: false, seed: { networks: ["10.0.0.0/24"] } });
    await using wapi = new WapiClient({
      ...grid.clientOptions,
      url: [grid.url, candidate.url],
      readFrom: "candidates",
    });
    const ipam = new Ipam(wapi);
    await wapi.find("network");
    await ipam.capacity.countFree("10.0.0.0/16", 24).catch(() => undefined);
    expect(candidate.requests.length).toBeGreaterThan(0);
    const before = candidate.requests.length;
    await ipam.requestAddress({ from: "10.0.0.0/24" });
    await ipam.hosts.find({ name: "web.example.com" });
    expect(candidate.requests.length).toBe(before);
  });

  it("needs candidates", () => {
    expect(() => start({ url: master })).toThrow(/readFrom: needs several addresses in url/);
    expect(() => start({ readFrom: "slaves" as never })).toThrow(
      /readFrom: must be one of master, candidates/,
    );
  });
});
