import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidRequestError, invalid } from "../../src/errors.js";
import { isSecretName, oneLine, publicAddress, redact, redactValue } from "../../src/redaction.js";
import { Redactor } from "../../src/transport/redactor.js";
import { processorTime } from "../processor-time.js";

const secret = "S3cr3t";

describe("a text", () => {
  it.each([
    `https://admin:${secret}@grid.example.com/wapi`,
    `https:admin:${secret}@grid`,
    `https:/admin:${secret}@grid`,
    `https:\\\\admin:${secret}@grid`,
    `https://admin:${secret}/with/slash@grid`,
    `admin:${secret}@grid`,
    `getaddrinfo ENOTFOUND admin:${secret}@grid`,
    `https%3A%2F%2Fadmin%3A${secret}%40grid`,
    `/ui/login?user=admin&pwd=${secret}`,
    `/ui/login?user=admin&passwd=${secret}&x=1`,
    `password%3D${secret}%26x`,
    `password&#61;${secret}&amp;x`,
    `password: '${secret}'`,
    `{"password": "${secret}"}`,
    `the shared_secret=${secret}`,
    `api-key: ${secret}`,
    `Authorization: Basic ${Buffer.from(`admin:${secret}`).toString("base64")}`,
    `sent Basic ${Buffer.from(`admin:${secret}`).toString("base64")}`,
    `ibapauth="group=x,${secret}"`,
    `-----BEGIN RSA PRIVATE KEY-----\n${secret}`,
  ])("loses the credential in %s", (text) => {
    const clean = redact(text);
    expect(clean).not.toContain(secret);
    expect(clean).not.toContain(Buffer.from(`admin:${secret}`).toString("base64"));
    expect(clean).toContain("[redacted");
  });

  it.each([
    "Network View basic lab01 not found",
    "View bearer network01 not found",
    "The record 'basic website1' already exists.",
    "Reference record:host/ZG5zLmhvc3Q:web.example.com/default not found",
    "GET /wapi/v2.12/network: the grid answered 400: Field is not searchable: comment.",
    "mail goes to joe@example.com and mailto:joe@example.com",
    "password: is missing: pass username and password",
    "10.0.0.0/24 2001:db8::1 00:11:22:33:44:55",
    "Compass: north",
  ])("stays as it is: %s", (text) => expect(redact(text)).toBe(text));

  it.each([
    ["password: ", 100_000],
    ["https://", 100_000],
    ["a:b", 200_000],
    ["-----BEGIN ", 50_000],
    ['password="', 60_000],
    ["basic ", 100_000],
    ["ibapauth=", 60_000],
    ["pass_", 100_000],
    ["a_", 200_000],
    ["%3a%2f%2f", 60_000],
  ])("of many %j is cleaned in no time", async (part, times) => {
    expect(await processorTime(() => redact(part.repeat(times)))).toBeLessThan(10_000);
  });
});

describe("a password that is known", () => {
  const spellings = (text: string) => [
    text,
    encodeURIComponent(text),
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    [...Buffer.from(text)].map((byte) => `%25${byte.toString(16).padStart(2, "0")}`).join(""),
    [...text].map((character) => `&#${character.codePointAt(0)};`).join(""),
    [...text].map((character) => `&#x${character.codePointAt(0)?.toString(16)};`).join(""),
    text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one] ?? one),
    JSON.stringify(text).slice(1, -1),
  ];

  it("is removed in every encoding", () => {
    const password = fc.string({ unit: "grapheme", minLength: 6, maxLength: 24 });
    fc.assert(
      fc.property(
        password.filter((text) => !/^[a-z]*$/i.test(text)),
        (text) => {
          const redactor = new Redactor([text]);
          for (const spelling of spellings(text)) {
            expect(redactor.clean(`<${spelling}>`)).toBe("<[redacted]>");
          }
        },
      ),
    );
  });

  it.each(["abc1", "infoblox", "hunter"])("and short or a word (%s), where it is a credential", (word) => {
    const redactor = new Redactor([word], "robot");
    for (const text of [
      `login robot/${word} failed`,
      `robot:${word}`,
      `user "robot", "${word}"`,
      `Invalid password '${word}'`,
      `password is ${word}`,
      `https://robot:${word}@grid`,
      `robot%3A${word}`,
      `robot:${[...word].map((one) => `&#${one.charCodeAt(0)};`).join("")}`,
    ]) {
      const clean = redactor.clean(text);
      expect(clean).toContain("[redacted]");
      expect(clean).not.toContain(word);
      expect(clean).not.toContain("&#");
    }
    for (const text of [`member ${word}.localdomain not found`, `The ${word} grid`, `robot-${word}s`]) {
      expect(redactor.clean(text)).toBe(text);
    }
  });
});

describe("a value that an error tells of", () => {
  const circle: Record<string, unknown> = { password: secret };
  circle["self"] = circle;

  it.each<[string, unknown]>([
    ["a list of objects", [{ name: "joe", password: secret }]],
    ["an object in an object", { a: { b: [{ shared_secret: secret }] } }],
    ["an attribute of such a name", { name: "SNMP Community", value: secret }],
    ["a URL in text", `https://admin:${secret}@grid`],
    ["a URL", new URL(`https://admin:${secret}@grid`)],
    ["a map", new Map([["password", secret]])],
    ["a set", new Set([`password=${secret}`])],
    ["a circle", circle],
    ["bytes", Buffer.from(secret)],
    ["an error", new Error(`password=${secret}`)],
    ["what writes itself", { toJSON: () => ({ apiKey: secret }) }],
    [
      "what fails when it is looked at",
      {
        get password(): string {
          throw new Error(secret);
        },
      },
    ],
    ["camel case", { userPass: secret, accessToken: secret }],
  ])("holds no secret: %s", (_, value) => {
    for (const error of [
      invalid("values", value, "is wrong", {}),
      new InvalidRequestError("No.", { value }),
    ]) {
      const seen = [
        error.message,
        error.stack,
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
      ];
      expect(seen.join("\n")).not.toContain(secret);
    }
  });

  it("is a copy, equal where there is no secret", () => {
    const value = { cidr: "10.0.0.0/24", tags: ["a", { n: 1, yes: true, none: null }] };
    const copy = redactValue("from", value);
    expect(copy).toEqual(value);
    expect(copy).not.toBe(value);
  });

  it("says of a secret whether it is there", () => {
    expect(redactValue("password", undefined)).toBeUndefined();
    expect(redactValue("password", "")).toBe("[redacted]");
    expect(isSecretName("create.password") && isSecretName("tls.passphrase")).toBe(true);
  });
});

describe("an address that may be shown", () => {
  it.each<[unknown, unknown]>([
    ["https://grid.example.com:8443/prefix", "https://grid.example.com:8443/prefix"],
    ["grid.example.com", "grid.example.com"],
    ["http://[2001:db8::1]:443", "http://[2001:db8::1]:443"],
    [`https://admin:${secret}@grid`, "[redacted]@grid"],
    [`admin:${secret}@grid`, "[redacted]@grid"],
    [`admin:${secret}`, "[redacted]"],
    [`https://grid/?pwd=${secret}`, "https://grid/?[redacted]"],
    [`https://grid/#${secret}`, "https://grid/?[redacted]"],
    [[`a:${secret}@b`], ["[redacted]@b"]],
    [new URL(`https://admin:${secret}@grid`), "[redacted]@grid/"],
    [42, 42],
  ])("%s", (given, shown) => expect(publicAddress(given)).toEqual(shown));
});

describe("one line", () => {
  it("spells out what a terminal would obey", () => {
    expect(oneLine("a\nb\r\tc\u001b[31m\u0000\u009b\u202e\u2028\ud800é𝔘")).toBe(
      "a\\nb\\r\\tc\\u001b[31m\\u0000\\u009b\\u202e\\u2028\\ud800é𝔘",
    );
  });

  it("holds for the message of every error", () => {
    expect(invalid("name", "x", "a\n2026 error: forged\u001b[2J", "y").message).not.toMatch(/\p{Cc}/u);
  });
});
