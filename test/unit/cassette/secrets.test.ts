import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { recordTo, replayFrom, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretsIn, withoutSecrets } from "../../../src/cassette/secrets.js";
import { isSecretName } from "../../../src/redaction.js";

const clean = (value: unknown) => withoutSecrets(value, (text) => text);

describe("what is a secret", () => {
  it.each([
    "password",
    "authentication_key",
    "api_key",
    "bgp_neighbor_pass",
    "pass_phrase",
    "csp_access_key",
    "shared_secret",
    "queries_community_string",
    "tsig_key",
    "session_id",
    "*API Token",
    "SNMP Community",
  ])("the field %s", (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    "tsig_key_name",
    "dnssec_keys",
    "public_key",
    "key_tag",
    "rpz_passthru",
    "bypass",
    "member_service_communication",
    "mgm_private",
    "comment",
    "Keyboard",
  ])("not the field %s", (name) => expect(isSecretName(name)).toBe(false));

  it("each text that a grid takes and never tells, but for these", () => {
    const facts = resolve(import.meta.dirname, "../../../src/schema/facts");
    const told = readdirSync(facts, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .flatMap((file) => JSON.parse(readFileSync(join(facts, file), "utf8")).fields ?? [])
      .filter(({ supports = "r", types }) => /^[wus]*[wu]/.test(supports) && types.includes("string"))
      .map(({ name }) => name as string)
      .filter((name) => !isSecretName(name));
    expect([...new Set(told)].sort()).toEqual([
      "certificate",
      "delete_reason",
      "import_from",
      "ipv6_template",
      "server_cert",
      "source_member",
      "source_profile",
      "template",
      "user_name",
    ]);
  });

  it("an attribute's value, in a list of values, too", () =>
    expect(
      clean({ extattrs: { "API Token": { value: "a" }, Site: { value: "b" }, Secrets: { value: ["c"] } } }),
    ).toEqual({
      extattrs: {
        "API Token": { value: "[redacted]" },
        Site: { value: "b" },
        Secrets: { value: ["[redacted]"] },
      },
    }));

  it("the value of a parameter of such a name", () =>
    expect(clean([{ name: "bearer_token", value: "a", default_value: "b", syntax: "STR" }])).toEqual([
      { name: "bearer_token", value: "[redacted]", default_value: "[redacted]", syntax: "STR" },
    ]));

  it("an NTP key, which is called string", () =>
    expect(clean({ ntp_keys: [{ number: 1, string: "abc", type: "M" }] })).toEqual({
      ntp_keys: [{ number: 1, string: "[redacted]", type: "M" }],
    }));

  it("not who logs in where a structure holds a password", () =>
    expect(
      clean({ cli_credentials: [{ user: "robot", password: "abc" }], use_cli_credentials: true }),
    ).toEqual({
      cli_credentials: [{ user: "robot", password: "[redacted]" }],
      use_cli_credentials: true,
    }));

  it("what is left out of a text that repeats it", () =>
    expect(secretsIn({ a: [{ password: "x1", comment: "y" }], "API Token": { value: "z" } })).toEqual([
      "x1",
      "z",
    ]));
});

describe("a cassette of every kind of secret", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cassette-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const secrets = {
    snmp: "Snmp-v3-pa55",
    privacy: "Pr1vacy-pa55",
    radius: "Rad1us-shared",
    token: "t0ken-of-ours",
    header: "s3ssion-of-ours",
    url: "Ur1-pa55word",
  };

  async function work(wapi: WapiClient): Promise<unknown[]> {
    const tried = [
      wapi.create("snmpuser", {
        name: "walker",
        authentication_protocol: "SHA",
        authentication_password: secrets.snmp,
        privacy_protocol: "AES",
        privacy_password: secrets.privacy,
      }),
      wapi.create("radius:authservice", {
        name: "logins",
        servers: [{ address: "10.0.0.9", shared_secret: secrets.radius, auth_type: "PAP" }],
      }),
      wapi.create("network", {
        network: "10.0.0.0/24",
        comment: `see https://robot:${secrets.url}@repo.example.com, header Authorization: Bearer ${secrets.token}`,
        extattrs: { "API Token": secrets.token },
      }),
      wapi.find("network", { where: { extattrs: { "API Token": secrets.token } } }),
      wapi.request({ path: "network", query: { token: secrets.token } }),
      wapi.request({
        method: "POST",
        path: "adminuser",
        body: { name: "another", password: [secrets.snmp] },
      }),
    ];
    return (await Promise.allSettled(tried)).map(({ status }) => status);
  }

  it("holds none of them, and answers", async () => {
    const file = join(folder, "secrets.json");
    const options = { wapiVersion: "2.12" };
    let first: unknown[];
    {
      await using grid = await FakeGrid.listen({ seed: { attributes: ["API Token"] } });
      const http = recordTo(file, {
        transport: async (request) => {
          const response = await (await import("axios")).default.request(request);
          response.headers["set-cookie"] = [`other=${secrets.header}`];
          response.headers["x-session-token"] = secrets.header;
          return response;
        },
      });
      await using wapi = new WapiClient({ ...grid.clientOptions, ...options, maxConcurrency: 1, ...http });
      first = await work(wapi);
    }
    expect(first).toEqual([...Array(4).fill("fulfilled"), "rejected", "rejected"]);
    const text = await readFile(file, "utf8");
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    expect(text).toContain('"name": "walker"');
    expect(text).toContain('"address": "10.0.0.9"');

    await using replayed = new WapiClient({ ...options, maxConcurrency: 1, ...replayFrom(file) });
    expect(await work(replayed)).toEqual(first);
  });
});
