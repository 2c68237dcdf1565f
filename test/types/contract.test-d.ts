/** What the contract of the package promises, as a user would write it, in one place. */

import {
  type FoundRow,
  nextAvailableIp,
  nextAvailableNetwork,
  type Ref,
  type Row,
  replaceExtattrs,
  step,
  WapiClient,
} from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const ca: string;
declare const cert: string;
declare const key: string;
declare const passphrase: string;
declare const signal: AbortSignal;

describe("WapiClient", () => {
  const wapi = new WapiClient({
    url: "https://grid.example.com",
    username: "automation",
    password: "…",
    wapiVersion: "2.12",
    tls: { ca, rejectUnauthorized: true, servername: "grid.example.com" },
    timeout: 30_000,
    maxRetries: 3,
    maxConcurrency: 10,
    logger: console,
    onRequest: ({ method, path, attempt }) => console.log(method, path, attempt),
    onResponse: ({ method, path, status, durationMs }) => console.log(method, path, status, durationMs),
  });

  it("takes a certificate in place of a name and password", () => {
    new WapiClient({ url: "https://grid.example.com", clientCertificate: { cert, key, passphrase } });
    new WapiClient();
  });

  it("reads what is asked for, and nothing else", async () => {
    const nets = await wapi.find("network", {
      where: {
        network_view: "default",
        comment: { matches: "prod", ignoreCase: true },
        extattrs: { Site: "Paris", VLAN: { gte: 100 } },
      },
      fields: ["network", "extattrs"],
      limit: 50,
      signal,
    });
    expectTypeOf(nets[0]?.network).toEqualTypeOf<string | undefined>();
    // @ts-expect-error not requested
    nets[0]?.comment;
    await wapi.find("network", { addFields: ["utilization"] });
    for await (const host of wapi.iterate("record:host", { where: { zone: "example.com" } }))
      expectTypeOf(host).toEqualTypeOf<Row<"record:host">>();
    const one = await wapi.findOne("networkview", { where: { name: "default" } });
    expectTypeOf(one).toEqualTypeOf<Row<"networkview"> | undefined>();
    expectTypeOf(await wapi.find("search", { where: { address: "10.0.0.7" } })).toEqualTypeOf<FoundRow[]>();
  });

  it("goes from a created object through its life", async () => {
    const container = { container: "10.0.0.0/8", prefixLength: 24 };
    const network = nextAvailableNetwork(container);
    const net = await wapi.create("network", { network }, { fields: ["network"] });
    const same = await wapi.get(net._ref, { fields: ["network", "members"] });
    expectTypeOf(same._ref).toEqualTypeOf<Ref<"network">>();
    await wapi.update(net._ref, { comment: "blue", extattrs: { Site: "Rome", Owner: null } });
    await wapi.update(net._ref, { extattrs: replaceExtattrs({ Site: "Rome" }) });
    const { ips } = await wapi.call(net._ref, "next_available_ip", { num: 3, exclude: ["10.0.0.5"] });
    expectTypeOf(ips).toEqualTypeOf<string[]>();
    await wapi.delete(net._ref);
  });

  it("does many steps in one request, and ends", async () => {
    const ipv4addr = nextAvailableIp({ network: "10.0.0.0/24" });
    const [a, b] = await wapi.batch([
      step.create("network", { network: "10.0.0.0/24" }),
      step.create("record:host", { name: "web.example.com", ipv4addrs: [{ ipv4addr }] }),
    ]);
    expectTypeOf(a).toEqualTypeOf<Row<"network">>();
    expectTypeOf(b).toEqualTypeOf<Row<"record:host">>();
    await wapi.request({ method: "GET", path: "network", query: { _max_results: 1 } });
    const { status, headers } = await wapi.with({ timeout: 1_000 }).find("grid").withResponse();
    console.log(status, headers);
    await wapi.close();
    await using other = new WapiClient({ url: "https://grid.example.com" });
    await other.find("grid");
  });

  it("refuses a host's reference where a network's is wanted", async () => {
    const host = await wapi.findOne("record:host");
    const wanted = (network: Ref<"network">) => network;
    // @ts-expect-error a host is no network
    if (host) wanted(host._ref);
  });
});
