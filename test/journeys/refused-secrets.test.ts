/** What is refused before anything is sent may be a secret in the wrong place: no refusal shows one. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Ipam, isInfobloxError, type Ref, recordTo, step, WapiClient } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { session } from "../unit/cli/session.js";

const secret = "S3cr3t";

const addresses: readonly unknown[] = [
  `admin:${secret}@grid`,
  `https:admin:${secret}@grid`,
  `https:/admin:${secret}@grid`,
  `https:\\\\admin:${secret}@grid`,
  `https://admin:${secret}@grid`,
  `https://admin:${secret}/x@grid`,
  `https://admin:a,${secret},b@grid`,
  `https://grid/?pwd=${secret}`,
  `https://grid/#${secret}`,
  `https://admin:${secret}`,
  `https://grid\n.example.com/${secret}?`,
  new URL(`https://admin:${secret}@grid`),
  [`https://grid.example.com`, `admin:${secret}@other`],
  { href: `https://admin:${secret}@grid` },
];

const login = { url: "https://grid.example.com", username: "admin", password: secret };

/** Everything that a program may print of an error. */
function printed(error: unknown): string {
  expect(isInfobloxError(error)).toBe(true);
  const { stack, value } = error as { stack: string; value: unknown };
  const whole = { depth: 20, showHidden: true } as const;
  return [String(error), stack, inspect(error, whole), inspect(value, whole), JSON.stringify(error)].join(
    "\n",
  );
}

async function refusalOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("It was not refused.");
}

describe("a client's options", () => {
  it.each(addresses)("url: %s", async (url) => {
    const error = await refusalOf(() => new WapiClient({ ...login, url: url as string }));
    expect(printed(error)).not.toContain(secret);
    expect((error as Error).message).toMatch(/^url(\[\d\])?: /);
  });

  it.each<[string, object]>([
    ["a name with the password", { username: `admin:${secret}` }],
    ["a name that is none", { username: { password: secret } }],
    ["a password that is none", { password: [secret] }],
    ["a proxy in text", { proxy: `http://me:${secret}@proxy` }],
    ["a proxy's host with the password", { proxy: { host: `me:${secret}@proxy`, port: 80 } }],
    ["a certificate's passphrase", { clientCertificate: { cert: "x", key: secret, passphrase: secret } }],
    ["an unknown option", { pasword: secret }],
    ["a strange circuit breaker", { circuitBreaker: [{ password: secret }] }],
  ])("%s", async (_, options) => {
    const error = await refusalOf(() => new WapiClient({ ...login, ...options } as typeof login));
    expect(printed(error)).not.toContain(secret);
  });
});

describe("a call's arguments", () => {
  const wapi = new WapiClient({ ...login, wapiVersion: "2.12" });
  const ipam = new Ipam(wapi);
  const user = "adminuser/b25lLmFkbWlu:joe" as Ref<"adminuser">;
  const calls: readonly (readonly [string, () => unknown])[] = [
    ["create of a list", () => wapi.create("adminuser", [{ password: secret }] as never)],
    ["create of a text", () => wapi.create("adminuser", secret as never)],
    [
      "create with it below another field",
      () => wapi.create("adminuser", { nme: { password: secret } } as never),
    ],
    ["update with a list", () => wapi.update(user, [{ password: secret }] as never)],
    ["update with a text", () => wapi.update(user, secret as never)],
    ["find by it", () => wapi.find("adminuser", { where: { password: secret } as never })],
    ["find by a list", () => wapi.find("adminuser", { where: [{ password: secret }] as never })],
    ["find by a text", () => wapi.find("adminuser", { where: secret as never })],
    ["find with it as an option", () => wapi.find("adminuser", { password: secret } as never)],
    [
      "find of fields that are objects",
      () => wapi.find("adminuser", { fields: [{ password: secret }] as never }),
    ],
    [
      "find by a criterion that is one",
      () => wapi.find("adminuser", { where: { name: { password: secret } } as never }),
    ],
    ["batch of objects", () => wapi.batch([{ password: secret }] as never)],
    ["batch of texts", () => wapi.batch([secret] as never)],
    ["batch of a text", () => wapi.batch(secret as never)],
    [
      "batch of a create of a list",
      () => wapi.batch([step.create("adminuser", [{ password: secret }] as never)]),
    ],
    ["call with a text", () => wapi.call("fileop", "uploadinit", secret as never)],
    ["request of a path with it", () => wapi.request({ path: `adminuser?password=${secret}` })],
    [
      "ensureNetworkView with it beside another name",
      () => ipam.ensureNetworkView("lab", { name: "Password", value: secret } as never),
    ],
    ["requestSubnet with a list", () => ipam.requestSubnet([{ password: secret }] as never)],
    ["requestSubnet with it", () => ipam.requestSubnet({ from: "10.0.0.0/8", password: secret } as never)],
    [
      "requestAddress with an attribute of such a name",
      () => ipam.requestAddress({ from: "10.0.0.0/8", extattrs: { "Admin Password": { secret } } } as never),
    ],
  ];

  it.each(calls)("%s", async (_, call) => {
    const error = await refusalOf(call);
    expect(isInfobloxError(error, "InvalidRequestError")).toBe(true);
    expect(printed(error)).not.toContain(secret);
  });
});

describe("the command line", () => {
  const given = {
    INFOBLOX_URL: "https://grid.example.com",
    INFOBLOX_USERNAME: "admin",
    INFOBLOX_PASSWORD: "x-1",
  };
  const commands = [["subnet", "list"], ["subnet", "list", "--json"], ["doctor"], ["doctor", "--json"]];
  const texts = addresses.filter((address) => typeof address === "string");
  const environments = [
    ...texts.map((url) => ({ ...given, INFOBLOX_URL: url })),
    { ...given, INFOBLOX_URL: "", INFOBLOX_HOST: `admin:${secret}@grid` },
    { ...given, INFOBLOX_URL: "", INFOBLOX_HOST: "grid", INFOBLOX_PORT: secret },
    { ...given, INFOBLOX_USERNAME: `admin:${secret}` },
  ];

  it.each(environments)("refuses %o without showing it", async (env) => {
    for (const command of commands) {
      const { exitCode, stdout, stderr } = session(command, { env });
      expect(await exitCode).toBe(2);
      expect(stdout() + stderr()).not.toContain(secret);
      expect(stdout() + stderr()).not.toBe("");
    }
  });

  it.each(texts)("refuses --url %s without showing it", async (url) => {
    for (const command of commands) {
      const { exitCode, stdout, stderr } = session([...command, "--url", url], { env: given });
      expect(await exitCode).toBe(2);
      expect(stdout() + stderr()).not.toContain(secret);
    }
  });
});

describe("a cassette", () => {
  it("holds no credential of a location or a page, however it is written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cassette-"));
    try {
      const file = join(folder, "cassette.json");
      const encoded = [...secret].map((one) => `%${one.charCodeAt(0).toString(16)}`).join("");
      const entities = [...secret].map((one) => `&#${one.charCodeAt(0)};`).join("");
      const answers = [
        { status: 302, headers: { location: `https://admin:${secret}@other.example.com/ui` }, data: "" },
        { status: 302, headers: { location: `/login?user=admin&pwd=${encoded}` }, data: "" },
        { status: 302, headers: { location: `https%3A%2F%2Fadmin%3A${encoded}%40grid` }, data: "" },
        { status: 400, headers: {}, data: `<p>admin:${entities}@grid <a href="//admin:${encoded}@grid">` },
      ];
      const recording = recordTo(file, {
        transport: async () => ({ ...answers.shift(), config: {} }) as never,
      });
      await using wapi = new WapiClient({ ...login, ...recording, wapiVersion: "2.12", maxRetries: 0 });
      while (answers.length > 0)
        expect(printed(await refusalOf(() => wapi.find("network")))).not.toContain(secret);
      const content = await readFile(file, "utf8");
      expect(JSON.parse(content).exchanges).toHaveLength(4);
      for (const spelling of [secret, encoded, entities]) expect(content).not.toContain(spelling);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
