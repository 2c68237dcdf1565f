import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { InvalidRequestError } from "../../../src/errors.js";
import {
  overrideSettings,
  type TransportOptions,
  transportSettings,
} from "../../../src/transport/options.js";
import { makeAuthority, makeClientCertificate } from "./certificates.js";

const enough: TransportOptions = {
  url: "https://grid.example.com",
  username: "admin",
  password: "Gr1d-password",
};
const settle = (own: object = {}, env: Record<string, string> = {}) =>
  transportSettings({ ...enough, ...own }, env);

/** The error that wrong options cause. */
function refusalOf(own: object, env: Record<string, string> = {}): InvalidRequestError {
  try {
    settle(own, env);
  } catch (error) {
    if (error instanceof InvalidRequestError) return error;
    throw error;
  }
  throw new Error("accepted");
}

describe("transportSettings", () => {
  it("says readably that the password is missing", () => {
    const { message } = refusalOf({ password: undefined });
    expect(message).toMatch(/^password: is missing: pass username and password .* \(got undefined; valid: /);
  });

  it("has defaults for all but address and credentials", () => {
    expect(settle()).toMatchObject({
      addresses: ["https://grid.example.com"],
      credentials: { username: "admin" },
      timeout: 30_000,
      deadline: undefined,
      maxRetries: 3,
      maxConcurrency: 10,
      session: "cookie",
      proxy: undefined,
      tls: { rejectUnauthorized: true, context: undefined },
    });
  });

  it("reads what is left out from the environment", () => {
    const settings = transportSettings(
      {},
      {
        INFOBLOX_HOST: "grid.example.com",
        INFOBLOX_PORT: "8443",
        INFOBLOX_USERNAME: "robot",
        INFOBLOX_PASSWORD: " with blanks ",
        INFOBLOX_SSL_VERIFY: "false",
      },
    );
    expect(settings).toMatchObject({
      addresses: ["https://grid.example.com:8443"],
      credentials: { username: "robot" },
      tls: { rejectUnauthorized: false },
    });
    expect(settings.credentials?.password.open()).toBe(" with blanks ");
  });

  it("prefers what is passed, and doesn't even look at what it replaces", () => {
    const env = {
      INFOBLOX_URL: "http://other.example.com",
      INFOBLOX_USERNAME: "other",
      INFOBLOX_PASSWORD: "other",
      INFOBLOX_SSL_VERIFY: "/nowhere",
    };
    expect(settle({ tls: { rejectUnauthorized: true } }, env)).toMatchObject({
      addresses: ["https://grid.example.com"],
      credentials: { username: "admin" },
      tls: { rejectUnauthorized: true },
    });
  });

  it("keeps the environment's word on verification beside an option about something else", () => {
    const settings = settle({ tls: { servername: "gm", ca: undefined } }, { INFOBLOX_SSL_VERIFY: "false" });
    expect(settings.tls).toMatchObject({ rejectUnauthorized: false, servername: "gm" });
  });

  it("reads an authority from the file that INFOBLOX_SSL_VERIFY names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "infoblox-"));
    try {
      const file = join(folder, "ca.pem");
      writeFileSync(file, (await makeAuthority()).cert);
      expect(settle({}, { INFOBLOX_SSL_VERIFY: file }).tls.context).toBeDefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ["https://grid.example.com/", ["https://grid.example.com"]],
    ["HTTPS://Grid.Example.com:443", ["https://grid.example.com"]],
    ["https://proxy.example.com/infoblox/", ["https://proxy.example.com/infoblox"]],
    [
      ["https://a", "https://b", "https://a/"],
      ["https://a", "https://b"],
    ],
    ["https://[2001:db8::1]:8443", ["https://[2001:db8::1]:8443"]],
  ])("takes the address %j", (url, expected) => {
    expect(settle({ url }).addresses).toEqual(expected);
  });

  it.each([
    ["no address", { url: undefined }, "url"],
    ["an empty list of addresses", { url: [] }, "url"],
    ["an address without scheme", { url: "grid.example.com" }, "url"],
    ["an address of another scheme", { url: "ftp://grid.example.com" }, "url"],
    ["an address that is none", { url: 42 }, "url"],
    ["one wrong address of several", { url: ["https://a", "b"] }, "url[1]"],
    ["http:// unless permitted", { url: "http://grid.example.com" }, "url"],
    ["credentials in the address", { url: "https://admin:Gr1d-password@grid" }, "url"],
    ["a path that is WAPI's own", { url: "https://grid/wapi/v2.12" }, "url"],
    ["a query in the address", { url: "https://grid/?a=b" }, "url"],
    ["no user name", { username: undefined }, "username"],
    ["an empty user name", { username: "" }, "username"],
    ["a user name with a colon", { username: "a:b" }, "username"],
    ["no password", { password: undefined }, "password"],
    ["a password that is none", { password: 1234 }, "password"],
    ["no time", { timeout: 0 }, "timeout"],
    ["a time that is none", { timeout: Number.NaN }, "timeout"],
    ["a time in words", { timeout: "30s" }, "timeout"],
    ["31 years", { timeout: 1e12 }, "timeout"],
    ["a negative deadline", { deadline: -1 }, "deadline"],
    ["half a retry", { maxRetries: 0.5 }, "maxRetries"],
    ["a negative wait for a failover", { failoverTimeout: -1 }, "failoverTimeout"],
    ["a circuit breaker that is none", { circuitBreaker: true }, "circuitBreaker"],
    [
      "a circuit breaker that is open from the start",
      { circuitBreaker: { failures: 0 } },
      "circuitBreaker.failures",
    ],
    [
      "a circuit breaker that never closes",
      { circuitBreaker: { resetAfter: 1e12 } },
      "circuitBreaker.resetAfter",
    ],
    ["no concurrency", { maxConcurrency: 0 }, "maxConcurrency"],
    ["another kind of session", { session: "token" }, "session"],
    ["a proxy as text", { proxy: "http://proxy" }, "proxy"],
    ["a proxy without port", { proxy: { host: "proxy" } }, "proxy.port"],
    ["a proxy with a wrong port", { proxy: { host: "proxy", port: 99_999 } }, "proxy.port"],
    ["a user agent of two lines", { userAgent: "a\r\nX-Evil: 1" }, "userAgent"],
    ["an incomplete logger", { logger: { info() {} } }, "logger.debug"],
    ["a hook that is none", { onRequest: {} }, "onRequest"],
    ["a transport that is none", { transport: {} }, "transport"],
    ["permission in words", { allowInsecureHttp: "yes" }, "allowInsecureHttp"],
    ["verification in words", { tls: { rejectUnauthorized: "no" } }, "tls.rejectUnauthorized"],
    ["an empty server name", { tls: { servername: "" } }, "tls.servername"],
    ["a file's name as authority", { tls: { ca: "/etc/ca.pem" } }, "tls.ca"],
  ])("refuses %s, by name and with an example", (_, own, field) => {
    const error = refusalOf(own);
    expect(error).toMatchObject({ field, status: 0, code: "ERR_INFOBLOX_INVALID_REQUEST" });
    expect(error.message).toMatch(/valid: /);
    expect(`${inspect(error)}${JSON.stringify(error)}`).not.toContain("Gr1d-password");
  });

  it.each([{ allowInsecureHttp: true }, { allowInsecureHttp: undefined }])(
    "permits http:// where told so: %o",
    (own) => {
      const env = { INFOBLOX_ALLOW_INSECURE_HTTP: "true" };
      expect(settle({ url: "http://grid", ...own }, env).addresses).toEqual(["http://grid"]);
    },
  );

  it("names the variable where the environment is wrong", () => {
    expect(refusalOf({ url: undefined }, { INFOBLOX_URL: "grid" }).field).toBe("INFOBLOX_URL");
    expect(refusalOf({ url: undefined }, { INFOBLOX_URL: "https://a,b" }).field).toBe("INFOBLOX_URL[1]");
    expect(refusalOf({}, { INFOBLOX_ALLOW_INSECURE_HTTP: "perhaps" }).field).toBe(
      "INFOBLOX_ALLOW_INSECURE_HTTP",
    );
  });

  it("shows no password of an address that can't be read", () => {
    const error = refusalOf({ url: "https://admin:Gr1d/p@ssword@grid" });
    expect(inspect(error)).not.toMatch(/Gr1d|ssword/);
  });

  it("takes a client certificate in place of a password, and then none from the environment", async () => {
    const clientCertificate = await makeClientCertificate(await makeAuthority(), "robot");
    const env = { INFOBLOX_USERNAME: "other", INFOBLOX_PASSWORD: "other" };
    const settings = settle({ username: undefined, password: undefined, clientCertificate }, env);
    expect(settings.credentials).toBeUndefined();
    expect(settle({ clientCertificate }, env).credentials?.username).toBe("admin");
  });

  it("prints no secret", async () => {
    const clientCertificate = {
      ...(await makeClientCertificate(await makeAuthority(), "robot", "Passphrase-1")),
      passphrase: "Passphrase-1",
    };
    const proxy = { host: "proxy", port: 3128, auth: { username: "me", password: "Proxy-pass-1" } };
    const settings = settle({ clientCertificate, proxy });
    const printed = inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings);
    expect(printed).not.toMatch(/Gr1d-password|Passphrase-1|Proxy-pass-1|PRIVATE KEY/);
  });
});

describe("overrideSettings", () => {
  it("replaces what a child has of its own, checked, and keeps the rest", () => {
    const settings = settle({ timeout: 1000, maxRetries: 1 });
    expect(overrideSettings(settings, { timeout: 5000, deadline: 9000 })).toEqual({
      ...settings,
      timeout: 5000,
      deadline: 9000,
    });
    expect(() => overrideSettings(settings, { maxRetries: -1 })).toThrow(/^maxRetries: /);
  });
});
