import fc from "fast-check";
import {
  Ipam,
  isInfobloxError,
  nextAvailableIp,
  nextAvailableNetwork,
  parseRef,
  type Ref,
  step,
  WapiClient,
} from "infoblox-ipam";
import { FakeGrid, type RecordedRequest } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let grid: FakeGrid;
let wapi: WapiClient;
let network: Ref<"network">;

beforeAll(async () => {
  grid = await FakeGrid.listen({ setup: true, tls: false });
  wapi = new WapiClient(grid.clientOptions);
  network = (await wapi.create("network", { network: "10.0.0.0/24" }))._ref;
});

afterAll(async () => {
  await wapi.close();
  await grid.close();
});

/** Texts that mean something to a URL, to JSON, to JavaScript or to a grid. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      "'",
      '"',
      "`",
      "&",
      "#",
      "?",
      "=",
      "%",
      "%00",
      "%2e%2e%2f",
      "+",
      "/",
      "\\",
      "..",
      "../../admin",
    ],
    ...["\n", "\r\nX-Evil: 1", "\u0000", "\u007f", "\u2028", "\ufeff", "\ud800", "a\udc00b", "e\u0301", "𝔘"],
    ...["func:nextavailableip:10.0.0.0/24", "func:nextavailablenetwork:10.0.0.0/8,default,24", " FUNC:x:y"],
    ...["##STATE:x:##", "##state:id:##", "a ##STATE:ref:## b", "STATE:ASSIGN"],
    ...["__proto__", "constructor", "toString", "_ref", "_method", "_return_fields", "_max_results", "*Site"],
    ...["a=b&c=d", "name&_method=DELETE", "x#frag", "?_schema", "default,24", "//evil.example.com/wapi/"],
    ...["https://evil.example.com/", "network/ZG5z?x=1", "network/ZG5z/../../../admin", "record:host/ZG5z#"],
    ...[
      "name~",
      "name:=",
      "comment!",
      "10.0.0.0/24,default",
      "10.0.0.0/33",
      "10.0.0.0/24/../",
      "::1%eth0/64",
    ],
    "x".repeat(100_000),
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  // Halves of characters too.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((codes) => String.fromCharCode(...codes)),
);

/** The requests that a call sent: none, where it was refused with a word about what is wrong. */
async function sentBy(call: () => Promise<unknown>): Promise<readonly RecordedRequest[]> {
  const before = grid.requests.length;
  const thrown = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  // What a write was answered by a page is the cause of its doubt.
  const error = isInfobloxError(thrown, "UncertainWriteError") ? thrown.cause : thrown;
  if (error !== undefined && !isInfobloxError(error, "WapiError")) throw error;
  const sent = grid.requests.slice(before);
  // The web server before WAPI doesn't take a URL of any length.
  const isUnsent = error !== undefined && [0, 414].includes(error.status);
  expect(sent.length > 0, String(error)).toBe(!isUnsent);
  return sent;
}

/** Whatever text there is, the call is refused, or each of its requests passes this. */
function always(
  call: (text: string) => Promise<unknown>,
  check: (request: RecordedRequest, text: string) => void,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      for (const request of await sentBy(() => call(text))) check(request, text);
    }),
    { numRuns: 150 },
  );
}

/** The zones that a request looks for, to tell which one a name lacks; `undefined` where it is another request. */
function zonesIn(body: unknown): string[] | undefined {
  if (!Array.isArray(body) || !body.every(({ object }) => object === "zone_auth")) return undefined;
  return body.map(({ data }) => data.fqdn);
}

const named = (name: string, value: unknown): Record<string, never> =>
  JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
const under = (path: string) => `/wapi/v${grid.clientOptions.wapiVersion}/${path}`;

describe("hostile text in a write", () => {
  it("arrives as it is in a name or comment", () =>
    always(
      (text) => wapi.create("networkview", { name: text, comment: text }, { fields: [] }),
      (request, text) => {
        expect(request).toMatchObject({ method: "POST", path: under("networkview"), query: {} });
        expect(request.body).toEqual({ name: text, comment: text });
      },
    ));

  it("arrives as it is in the name and value of an extensible attribute", () =>
    always(
      (text) => wapi.update(network, { extattrs: named(text, text) }, { fields: [] }),
      (request, text) => {
        expect(request).toMatchObject({ method: "PUT", query: {} });
        const sent = { "extattrs+": named(text, { value: text }) };
        expect(JSON.stringify(request.body)).toBe(JSON.stringify(sent));
      },
    ));

  it("is never a function where the grid would take one", () =>
    always(
      (text) =>
        wapi.create("record:host", {
          name: "web.example.com",
          configure_for_dns: false,
          ipv4addrs: [{ ipv4addr: text, mac: text }],
        }),
      ({ body }, text) => {
        expect(text).not.toMatch(/^\s*func:/i);
        expect(body).toMatchObject({ ipv4addrs: [{ ipv4addr: text, mac: text }] });
      },
    ));

  it("stays the network view that a function is to look in", () =>
    always(
      (text) =>
        wapi.create("fixedaddress", {
          ipv4addr: nextAvailableIp({ network: "10.0.0.0/24", networkView: text }),
          match_client: "RESERVED",
        }),
      ({ body }, text) => {
        const { ipv4addr } = body as { ipv4addr: unknown };
        if (typeof ipv4addr === "string") {
          expect(ipv4addr).toBe(`func:nextavailableip:10.0.0.0/24,${text}`);
          expect(text).not.toMatch(/[,\s]/);
        } else {
          const parameters = { network: "10.0.0.0/24", network_view: text };
          expect(ipv4addr).toMatchObject({ _object: "network", _object_parameters: parameters });
        }
      },
    ));

  it("is refused as a CIDR, range or container unless it is one", () =>
    always(
      async (text) => {
        nextAvailableIp({ network: text });
        nextAvailableIp({ range: text });
        await wapi.create("network", {
          network: nextAvailableNetwork({ container: text, prefixLength: 24 }),
        });
      },
      (_request, text) => expect(text).toMatch(/^[\da-f:.]+\/\d{1,3}$/i),
    ));

  it("is never filled in where a step of a batch uses another", () =>
    always(
      (text) => {
        const made = step.create("network", { network: "10.9.0.0/24" });
        const next = step.create("fixedaddress", {
          ipv4addr: nextAvailableIp({ network: made.ref }),
          match_client: "RESERVED",
          name: text,
          comment: text,
          extattrs: named(text, text),
        });
        return wapi.batch([made, next]);
      },
      ({ body }, text) => {
        const [, next] = body as { data: { name: string; comment: string; extattrs: object } }[];
        expect(text).not.toMatch(/##STATE/i);
        expect(next?.data).toMatchObject({ name: text, comment: text });
        expect(JSON.stringify(next?.data.extattrs)).toBe(JSON.stringify(named(text, { value: text })));
      },
    ));

  it("is text that nothing is filled into where the steps of a batch are their own", () =>
    always(
      (text) => wapi.batch([step.create("networkview", { name: text, comment: text })]),
      ({ body }, text) => {
        const [only] = body as Record<string, unknown>[];
        expect(only).not.toHaveProperty("enable_substitution");
        expect(only).toMatchObject({ data: { name: text, comment: text } });
      },
    ));

  it("arrives as it is as a parameter of a function", () =>
    always(
      (text) => wapi.call(network, "next_available_ip", { num: 1, exclude: [text] }),
      ({ method, query, body }, text) => {
        expect({ method, query }).toEqual({ method: "POST", query: { _function: "next_available_ip" } });
        expect(body).toEqual({ num: 1, exclude: [text] });
      },
    ));
});

describe("hostile text in a search", () => {
  /** What a search asks for, whether it went in the URL or, being long, in the body. */
  const criteria = ({ query, body }: RecordedRequest) => {
    const all = Object.entries({ ...query, ...((body as object | undefined) ?? {}) });
    return all.filter(
      ([name]) => !/^_(method|paging|return_as_object|max_results|return_fields)$/.test(name),
    );
  };

  it("is a value, whatever it looks like", () =>
    always(
      (text) =>
        wapi.find("networkview", { where: { name: text, comment: { matches: text } }, fields: ["name"] }),
      (request, text) => {
        expect(request.path).toBe(under("networkview"));
        expect(criteria(request)).toEqual([
          ["name", text],
          ["comment~", text],
        ]);
      },
    ));

  it("is an attribute's name and value, whatever it looks like", () =>
    always(
      (text) => wapi.find("network", { where: { extattrs: named(text, text) }, fields: ["network"] }),
      (request, text) => expect(criteria(request)).toEqual([[`*${text}`, text]]),
    ));

  it("is no field, and no argument of the request", () =>
    always(
      (text) => wapi.find("network", { where: named(text, "x") }),
      (_request, text) => expect.unreachable(`searched by ${text}`),
    ));

  it("is no field to answer with", () =>
    always(
      (text) => wapi.find("network", { fields: [text as "network"] }),
      (_request, text) => expect.unreachable(`asked for ${text}`),
    ));
});

describe("a hostile reference", () => {
  const reference = fc.oneof(
    hostile,
    hostile.map((text) => `network/${text}`),
    hostile.map((text) => `network/ZG5zLm5ldHdvcmskMTA:${text}`),
    hostile.map((text) => `network/ZG5zLm5ldHdvcmskMTA${text}`),
    hostile.map((text) => `${text}/ZG5zLm5ldHdvcmskMTA:10.0.0.0/24/default`),
  );
  const verbs: readonly [string, (text: string) => Promise<unknown>][] = [
    ["get", (text) => wapi.get(text as typeof network)],
    ["update", (text) => wapi.update(text as typeof network, { comment: "x" })],
    ["delete", (text) => wapi.delete(text as typeof network)],
    ["call", (text) => wapi.call(text as typeof network, "next_available_ip", { num: 1 })],
  ];

  it.each(verbs)("reaches no other path, query or host: %s", (_, call) =>
    fc.assert(
      fc.asyncProperty(reference, async (text) => {
        for (const { path, query } of await sentBy(() => call(text))) {
          const parts = parseRef(text);
          expect(path.startsWith(under(`${parts?.type}/${parts?.id}`))).toBe(true);
          expect(new URL(path, "https://grid").pathname).toBe(path);
          expect(
            Object.keys(query).filter((name) => !name.startsWith("_return_") && name !== "_function"),
          ).toEqual([]);
        }
      }),
      { numRuns: 200 },
    ),
  );

  it("reaches no other host, and nothing beside WAPI, by the path of a raw request", () =>
    fc.assert(
      fc.asyncProperty(reference, async (text) => {
        for (const { path } of await sentBy(() => wapi.request({ path: text }))) {
          expect(path).toMatch(/^\/wapi\/v/);
          expect(path).not.toMatch(/\/\.{1,2}(\/|$)/);
        }
      }),
      { numRuns: 200 },
    ));
});

describe("hostile text in the IPAM API", () => {
  const ipam = () => new Ipam(wapi, { ownerMarker: "none" });

  it("arrives as comment and attribute of a subnet, or is refused", () =>
    always(
      (text) =>
        ipam().requestSubnet({
          from: "10.8.0.0/16",
          prefixLength: 24,
          comment: text,
          extattrs: named(text, text),
        }),
      ({ method, body }, text) => {
        if (method === "GET") return;
        const all = JSON.stringify(body);
        expect(all).toContain(JSON.stringify(text));
        expect(all).not.toContain("enable_substitution");
      },
    ));

  it("arrives as name and comment of a host, or is refused", () =>
    always(
      (text) => ipam().requestAddress({ from: "10.0.0.0/24", name: text, comment: text }),
      ({ body }, text) => {
        const zones = zonesIn(body);
        if (zones === undefined) expect(JSON.stringify(body)).toContain(JSON.stringify(text));
        else for (const zone of zones) expect(text.normalize("NFC").toLowerCase()).toContain(zone);
      },
    ));

  it.each<[string, (text: string) => Promise<unknown>]>([
    ["requestSubnet", (text) => ipam().requestSubnet({ from: text, prefixLength: 24 })],
    ["requestAddress", (text) => ipam().requestAddress({ from: text })],
    ["lookup", (text) => ipam().lookup(text)],
    ["releaseSubnet", (text) => ipam().releaseSubnet(text)],
    ["utilization", (text) => ipam().utilization(text)],
  ])("reaches nothing beside WAPI as the target of %s", (_, call) =>
    always(call, ({ path }) => expect(path).toMatch(/^\/wapi\/v[\d.]+\/[a-z\d]+(:[a-z\d_]+)?(\/|$)/)),
  );
});
