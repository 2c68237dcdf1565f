import { describe, expect, it } from "vitest";
import { readAddresses, readBooleanVariable, readVerification } from "../../../src/transport/environment.js";

const noFile = (path: string): string => {
  throw new Error(`no file ${path}`);
};

describe("readAddresses", () => {
  it.each([
    [{}, undefined],
    [{ INFOBLOX_URL: "" }, undefined],
    [{ INFOBLOX_URL: "  ", INFOBLOX_SERVER: "grid" }, ["https://grid"]],
    [{ INFOBLOX_URL: "https://a.example.com" }, ["https://a.example.com"]],
    [{ INFOBLOX_URL: "https://a, https://b" }, ["https://a", "https://b"]],
    [{ INFOBLOX_URL: "https://a", INFOBLOX_HOST: "b" }, ["https://a"]],
    [{ INFOBLOX_SERVER: "grid.example.com" }, ["https://grid.example.com"]],
    [{ INFOBLOX_HOST: "10.0.0.2", INFOBLOX_PORT: "8443" }, ["https://10.0.0.2:8443"]],
    [{ INFOBLOX_SERVER: "a", INFOBLOX_HOST: "b" }, ["https://a"]],
    [{ INFOBLOX_HOST: "2001:db8::2", INFOBLOX_PORT: "443" }, ["https://[2001:db8::2]:443"]],
    [{ INFOBLOX_HOST: "https://grid:8443" }, ["https://grid:8443"]],
    [{ INFOBLOX_HOST: "grid", INFOBLOX_PORT: "" }, ["https://grid"]],
  ])("reads %o", (env, expected) => {
    expect(readAddresses(env)).toEqual(expected);
  });

  it("names the variable that is wrong", () => {
    expect(() => readAddresses({ INFOBLOX_HOST: "grid", INFOBLOX_PORT: "https" })).toThrow(
      /^INFOBLOX_PORT: /,
    );
  });
});

describe("readBooleanVariable", () => {
  it.each([
    ["true", true],
    ["TRUE", true],
    ["1", true],
    ["yes", true],
    ["on", true],
    ["false", false],
    ["0", false],
    ["No", false],
    ["off", false],
    ["", undefined],
    [undefined, undefined],
  ])("reads %j as %j", (text, expected) => {
    expect(readBooleanVariable({ FLAG: text }, "FLAG")).toBe(expected);
  });

  it("refuses anything else", () => {
    expect(() => readBooleanVariable({ FLAG: "maybe" }, "FLAG")).toThrow(/^FLAG: must be true or false/);
  });
});

describe("readVerification", () => {
  it("reads true, false, or the file of an authority", () => {
    const read = (value: string) =>
      readVerification({ INFOBLOX_SSL_VERIFY: value }, (path) => `content of ${path}`);
    expect(read("true")).toEqual({ rejectUnauthorized: true });
    expect(read("False")).toEqual({ rejectUnauthorized: false });
    expect(read("/etc/grid.pem")).toEqual({ ca: "content of /etc/grid.pem" });
    expect(read("")).toEqual({});
  });

  it("refuses a file that can't be read, rather than trusting the system's authorities", () => {
    expect(() => readVerification({ INFOBLOX_SSL_VERIFY: "/nowhere" }, noFile)).toThrow(
      /^INFOBLOX_SSL_VERIFY: /,
    );
  });
});
