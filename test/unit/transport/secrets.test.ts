import { format, inspect } from "node:util";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isInfobloxError } from "../../../src/errors.js";
import type { Logger } from "../../../src/transport/events.js";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import { Transport } from "../../../src/transport/transport.js";
import { type Certificate, makeAuthority, makeClientCertificate } from "./certificates.js";
import { FakeClock } from "./fake-clock.js";
import {
  cutOff,
  json,
  page,
  type Reply,
  raw,
  refusal,
  reset,
  ScriptedServer,
  silence,
} from "./scripted-server.js";

const password = 'Gr1d-p@ss "word"/1';
const passphrase = "Passphrase-for-the-key-1";
const proxyPassword = "Pr0xy-password-1";
const cookie = "group=admin-group,ctime=1700000000,timeout=600,user=admin,S1gnature0fTheS3ssion";
const basic = Buffer.from(`admin:${password}`).toString("base64");

let robot: Certificate;
beforeAll(async () => {
  robot = await makeClientCertificate(await makeAuthority(), "robot", passphrase);
});

/** All secrets, in every likely spelling. */
function secrets(): string[] {
  return [
    password,
    JSON.stringify(password).slice(1, -1),
    encodeURIComponent(password),
    basic,
    passphrase,
    proxyPassword,
    "S1gnature0fTheS3ssion",
    robot.key.split("\n")[1] ?? "no key",
  ];
}

/** Everything that a program may print of a value. */
function printed(value: unknown): string {
  const parts = [inspect(value, { depth: 12, showHidden: true }), format("%s %o", value, value)];
  parts.push(JSON.stringify(value) ?? "");
  if (value instanceof Error) parts.push(String(value), value.stack ?? "", printed(value.cause));
  return parts.join("\n");
}

function leaksIn(text: string): string[] {
  return secrets().filter((secret) => text.includes(secret));
}

/** Records what hooks, log and channels get. */
function witness(): { readonly options: TransportOptions; readonly seen: unknown[] } {
  const seen: unknown[] = [];
  const see = (...values: unknown[]) => {
    seen.push(...values);
  };
  const logger: Logger = { debug: see, info: see, warn: see, error: see };
  return { seen, options: { logger, onRequest: see, onResponse: see } };
}

const open: Transport[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((transport) => transport.close("/wapi/v2.12/logout")));
});

function connect(url: string, options: TransportOptions): Transport {
  const settings = transportSettings(
    { url, username: "admin", password, allowInsecureHttp: true, ...options },
    {},
  );
  const transport = new Transport(settings, new FakeClock());
  open.push(transport);
  return transport;
}

/** A server or proxy that repeats what it was sent. */
const echo =
  (status: number): Reply =>
  (response, { headers }) => {
    response.writeHead(status, { "content-type": "text/html" });
    response.end(
      `<pre>Authorization: ${headers.authorization}\nCookie: ${headers.cookie}\n${password} ${cookie}</pre>`,
    );
  };

describe("no secret is seen", () => {
  it.each<[string, Reply]>([
    ["a wrong password", page("<h1>401</h1>", 401)],
    ["an echo with 401", echo(401)],
    ["an echo with 403", echo(403)],
    ["an echo with 500", echo(500)],
    ["an echo with 503", echo(503)],
    ["an echo with 200", echo(200)],
    ["a grid's text that holds it", refusal(`Login of admin with ${password} failed`, "Client.Ibap.Data")],
    ["a redirect that holds it", raw("", 302, { location: `/ui?password=${encodeURIComponent(password)}` })],
    ["a reset", reset],
    ["an answer cut off", cutOff],
    ["silence", silence],
  ])("in errors, hooks and log after %s", async (_, reply) => {
    await using server = await ScriptedServer.listen([
      json([], 200, { "set-cookie": `ibapauth="${cookie}"; httponly; Path=/` }),
      reply,
    ]);
    if (reply === silence) vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { options, seen } = witness();
    const transport = connect(server.url, options);
    const first = await transport.send({ method: "GET", path: "/wapi/v2.12/network", writes: false });
    for (const writes of [false, true]) {
      const error = await transport
        .send({
          method: "POST",
          path: "/wapi/v2.12/network",
          body: { comment: password },
          writes,
          maxRetries: 1,
        })
        .catch((reason: unknown) => reason);
      expect(isInfobloxError(error)).toBe(true);
      expect(leaksIn(printed(error))).toEqual([]);
    }
    expect(seen.length).toBeGreaterThan(4);
    expect(leaksIn(seen.map(printed).join("\n"))).toEqual([]);
    expect(leaksIn(printed(first) + printed(transport))).toEqual([]);
  });

  it("in errors of a proxy or a transport that put the whole request into theirs", async () => {
    const careless = (config: object) =>
      Promise.reject(Object.assign(new Error(format("%j", config)), { config }));
    const { options, seen } = witness();
    const transport = connect("https://grid.example.com", {
      ...options,
      transport: careless,
      proxy: { host: "proxy", port: 1, auth: { username: "me", password: proxyPassword } },
      clientCertificate: { ...robot, passphrase },
    });
    const error = await transport
      .send({ method: "GET", path: "/wapi/v2.12/network", writes: false })
      .catch((reason: unknown) => reason);
    expect(isInfobloxError(error, "ConnectionError")).toBe(true);
    expect(leaksIn([error, ...seen, transport, transport.settings].map(printed).join("\n"))).toEqual([]);
  });

  it("whatever the password is made of, once it is more than a word", async () => {
    const one = fc
      .string({ unit: "grapheme", minLength: 8, maxLength: 40 })
      .filter((text) => !/^[a-z]*$/i.test(text));
    await using server = await ScriptedServer.listen((request) => {
      const given = Buffer.from((request.headers.authorization ?? "").slice(6), "base64")
        .toString()
        .slice(6);
      return refusal(
        `Bad login: ${given} ${encodeURIComponent(given)} ${request.headers.authorization}`,
        "X",
        403,
      );
    });
    await fc.assert(
      fc.asyncProperty(one, async (secret) => {
        const { options, seen } = witness();
        const transport = connect(server.url, { ...options, password: secret, session: "basic" });
        const error = await transport
          .send({ method: "GET", path: "/wapi/v2.12/network", writes: false })
          .catch((reason: unknown) => reason);
        const message = error instanceof Error ? error.message : "";
        expect(message).toContain("Bad login");
        const said = message.slice(message.indexOf("Bad login:") + 10);
        expect(said).not.toContain(secret);
        expect(said).not.toContain(Buffer.from(`admin:${secret}`).toString("base64"));
        expect(seen.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
