/**
 * Sends arbitrary requests to FakeGrid. It must answer at once in the words of a grid, never with a failure of its own.
 */

import { request } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { Bounds, fieldName, hostileText, hostileValue, jsonOf, patience, seed, share } from "./inputs.js";

const types = [
  "network",
  "networkcontainer",
  "ipv6network",
  "range",
  "fixedaddress",
  "record:host",
  "record:a",
  "ipv4address",
] as const;
const others = [
  "networkview",
  "zone_auth",
  "member",
  "search",
  "request",
  "fileop",
  "vlan",
  "grid",
  "adminuser",
  "",
  "logout",
];

/** Valid bodies, which the test breaks in one or two places. */
const sound: Readonly<Record<string, object>> = {
  network: {
    network: "10.1.0.0/24",
    network_view: "default",
    comment: "x",
    extattrs: { Site: { value: "Paris" } },
    options: [],
    members: [],
  },
  networkcontainer: { network: "10.2.0.0/16", network_view: "default", extattrs: {}, remove_subnets: true },
  ipv6network: { network: "2001:db8:1::/64", comment: "x" },
  range: {
    start_addr: "10.0.0.10",
    end_addr: "10.0.0.20",
    network_view: "default",
    exclude: [],
    options: [],
    name: "r",
  },
  fixedaddress: {
    ipv4addr: "10.0.0.7",
    mac: "00:00:00:00:00:01",
    match_client: "MAC_ADDRESS",
    name: "x",
    options: [],
  },
  "record:host": {
    name: "web.example.com",
    view: "default",
    ipv4addrs: [{ ipv4addr: "10.0.0.9", mac: "00:00:00:00:00:02" }],
    configure_for_dns: false,
    aliases: [],
  },
  "record:a": { name: "a.example.com", ipv4addr: "10.0.0.8", view: "default", ttl: 5 },
};

const call = fc.record(
  {
    _object_function: fc.oneof(fc.constantFrom("next_available_ip", "next_available_network"), hostileValue),
    _result_field: fc.oneof(fc.constantFrom("ips", "networks"), hostileValue),
    _object: fc.oneof(fc.constantFrom("network", "networkcontainer"), hostileValue),
    _object_parameters: fc.oneof(fc.constant({ network: "10.0.0.0/24" }), hostileValue),
    _parameters: hostileValue,
  },
  { requiredKeys: ["_object_function"] },
);

const spoilt = fc
  .tuple(
    fc.constantFrom(...Object.keys(sound)),
    fc.array(fc.tuple(fc.nat({ max: 9 }), fc.oneof(hostileValue, call)), { minLength: 1, maxLength: 2 }),
  )
  .map(([type, changes]) => {
    const names = Object.keys(sound[type] ?? {});
    const changed = changes.map(([at, value]) => [names[at % names.length] ?? "", value]);
    return [type, { ...sound[type], ...Object.fromEntries(changed) }] as const;
  });

const path = fc.oneof(
  fc.constantFrom(...types, ...others, "constructor", "__proto__", "toString", "hasOwnProperty"),
  hostileText.map((one) => one.slice(0, 3_000)),
  fc
    .tuple(fc.constantFrom(...types), hostileText)
    .map(([type, rest]) => `${type}/${encode(rest).slice(0, 3_000)}`),
);
const searched = fc.constantFrom(
  "comment~",
  "network~",
  "name~:",
  "*Site~",
  "comment!",
  "network",
  "ipv4addr",
  "ip_address",
  "address",
  "name",
  "network_container",
  "contains_address",
  "_return_fields",
  "_return_fields+",
  "_max_results",
  "_page_id",
  "_schema",
  "_inheritance",
  "_proxy_search",
);
const pairs = fc.array(
  fc.tuple(fc.oneof({ weight: 3, arbitrary: searched }, fieldName, hostileText), hostileText),
  { maxLength: 2 },
);
const body = fc.oneof(
  hostileValue.map(jsonOf),
  fc.dictionary(fieldName, hostileValue, { maxKeys: 4 }).map(jsonOf),
  spoilt.map(([type, data]) => jsonOf([{ method: "POST", object: type, data }])),
  fc
    .tuple(fieldName, hostileValue)
    .map(([name, value]) =>
      jsonOf([{ method: "POST", object: "network", data: { [name]: value }, args: { [name]: value } }]),
    ),
  hostileText,
  fc.constantFrom("", "[", "{", '{"name":"\\ud800"}', "null", "1"),
);
const method = fc.constantFrom("GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH");

interface Input {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

const input: fc.Arbitrary<Input> = fc.oneof(
  spoilt.map(([type, data]) => ({ method: "POST", url: `/wapi/v2.12/${type}`, body: jsonOf(data) })),
  fc
    .tuple(
      fc.constantFrom(
        "/?_function=next_available_ip",
        "/?_function=next_available_network",
        "/?_function=resize",
        "/?_function=split_network",
      ),
      hostileValue,
    )
    .map(([call, value]) => ({
      method: "POST",
      url: `/wapi/v2.12/network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0${call.slice(1)}`,
      body: jsonOf({ num: value, cidr: value, exclude: value, prefix: value }),
    })),
  fc.tuple(method, path, pairs, body).map(([verb, to, query, content]) => {
    const search = query
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join("&")
      .slice(0, 6_000);
    return {
      method: verb,
      url: `/wapi/v2.12/${to.replace(/[\s?#]/g, "")}${search ? `?${search}` : ""}`,
      body: verb === "GET" ? "" : content,
    };
  }),
  fc.tuple(fc.constantFrom(...types), pairs).map(([type, query]) => ({
    method: "GET",
    url: `/wapi/v2.12/${type}?${query
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join("&")
      .slice(0, 6_000)}`,
    body: "",
  })),
);

function wellFormed(one: string): string {
  return one.replace(/\p{Cs}/gu, "\ufffd");
}

function encode(one: string): string {
  return encodeURIComponent(wellFormed(one));
}

/** A grid quotes its input, so its password is a text that no input contains. */
const password = "0wn-Passw0rd-of-the-grid";

let grid: FakeGrid;
const basic = `Basic ${Buffer.from(`robot:${password}`).toString("base64")}`;

beforeAll(async () => {
  grid = await FakeGrid.listen({
    tls: false,
    user: "robot",
    password,
    seed: {
      networks: [{ network: "10.0.0.0/24" }, { network: "2001:db8::/64" }],
      containers: [{ network: "10.0.0.0/8" }],
    },
  });
});
afterAll(() => grid.close());

function expectAnswer({ status, text: said }: { status: number; text: string }, given: Input): void {
  if (status >= 500 && status !== 501)
    throw new Error(
      `${status} ${said.slice(0, 500)} for ${given.method} ${given.url.slice(0, 300)} ${given.body.slice(0, 300)}`,
    );
  if (said.includes(password)) throw new Error(`a secret in ${said.slice(0, 500)}`);
}

describe("FakeGrid", () => {
  it(
    "answers whatever is asked, in a process",
    async () => {
      const inside = FakeGrid.inMemory({
        user: "robot",
        password,
        seed: { networks: [{ network: "10.0.0.0/24" }] },
      });
      const { transport } = inside.clientOptions;
      const bounds = new Bounds();
      await fc.assert(
        fc.asyncProperty(input, async (given) => {
          const headers = { authorization: basic, "content-type": "application/json" };
          const url = `http://grid.example.com${given.url}`;
          if (!URL.canParse(url)) return;
          const answer = await bounds.of(given, async () =>
            transport?.({ ...given, url, headers, data: given.body }),
          );
          expectAnswer({ status: answer?.status ?? 0, text: String(answer?.data) }, given);
        }),
        { numRuns: share(0.35), seed },
      );
      bounds.expectKept();
    },
    patience,
  );

  it(
    "answers whatever is sent over HTTP",
    async () => {
      const bounds = new Bounds();
      await fc.assert(
        fc.asyncProperty(input, async (given) =>
          expectAnswer(await bounds.of(given, () => sent(given)), given),
        ),
        { numRuns: share(0.05), seed },
      );
      bounds.expectKept();
    },
    patience,
  );
});

/** Sent as it is, not through the library's client. */
function sent(given: Input): Promise<{ status: number; text: string }> {
  const { port } = new URL(grid.url);
  return new Promise((done, failed) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method: given.method,
        path: encodeURI(wellFormed(given.url)),
        headers: { authorization: basic, "content-type": "application/json" },
      },
      (response) =>
        text(response).then((said) => done({ status: response.statusCode ?? 0, text: said }), failed),
    );
    outgoing.once("error", failed).end(given.body);
  });
}
