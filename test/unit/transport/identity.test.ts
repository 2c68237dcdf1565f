import type { AxiosRequestConfig } from "axios";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import { Transport } from "../../../src/transport/transport.js";
import { WapiClient } from "../../../src/wapi/client.js";
import { FakeClock } from "./fake-clock.js";

const read = { method: "GET", path: "/wapi/v2.12/network", writes: false } as const;
const url = "https://grid.example.com";

/** A grid that takes one password. */
function gridWith(passwords: { current: string }) {
  const sent: string[] = [];
  const transport = async ({ headers }: AxiosRequestConfig) => {
    const text = String((headers as Record<string, string>)["authorization"] ?? "");
    const password = Buffer.from(text.slice("Basic ".length), "base64").toString().split(":")[1] ?? "";
    sent.push(password);
    const status = password === passwords.current ? 200 : 401;
    return { status, statusText: "", headers: {}, data: Buffer.from("[]"), config: {} as never };
  };
  return { sent, transport };
}

const connect = (options: TransportOptions) =>
  new Transport(
    transportSettings({ url, username: "admin", session: "basic", ...options }, {}),
    new FakeClock(),
  );

describe("a password from a function", () => {
  it.each([
    ["at once", (password: string) => () => password],
    ["later", (password: string) => async () => password],
  ])("is asked for once, given %s", async (_when, provide) => {
    const { sent, transport } = gridWith({ current: "s3cret-1" });
    const password = vi.fn(provide("s3cret-1"));
    const client = connect({ password, transport });
    await Promise.all([client.send(read), client.send(read)]);
    await client.send(read);
    expect([password.mock.calls.length, sent]).toEqual([1, ["s3cret-1", "s3cret-1", "s3cret-1"]]);
  });

  it.each(["basic", "cookie"] as const)(
    "is asked for again after a 401, once for all, and nobody sees the error (%s)",
    async (session) => {
      const passwords = { current: "s3cret-1" };
      const { transport } = gridWith(passwords);
      const password = vi.fn(async () => passwords.current);
      const client = connect({ password, transport, session });
      await client.send(read);
      passwords.current = "s3cret-2";
      const answers = await Promise.all([client.send(read), client.send(read), client.send(read)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(password).toHaveBeenCalledTimes(2);
    },
  );

  it("is sent once more only where it is another", async () => {
    const { sent, transport } = gridWith({ current: "other" });
    const client = connect({ password: () => "s3cret-1", transport });
    await expect(client.send(read)).rejects.toMatchObject({ name: "AuthenticationError", status: 401 });
    expect(sent).toEqual(["s3cret-1"]);
  });

  it("says so where the function fails, sends nothing, and asks again the next time", async () => {
    const { sent, transport } = gridWith({ current: "s3cret-1" });
    const password = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("vault sealed"));
    password.mockResolvedValue("s3cret-1");
    const client = connect({ password, transport });
    await expect(client.send(read)).rejects.toMatchObject({
      name: "AuthenticationError",
      code: "ERR_INFOBLOX_CREDENTIALS",
      message: expect.stringMatching(/function for password failed \(Error\), so nothing was sent/),
      cause: expect.objectContaining({ message: "vault sealed" }),
    });
    expect(sent).toEqual([]);
    await client.send(read);
  });

  it.each([
    ["no text", 7, /password/],
    ["an empty text", "", /password/],
  ])("is refused where it gives %s", async (_what, value, problem) => {
    const { transport } = gridWith({ current: "s3cret-1" });
    const client = connect({ password: () => value as string, transport });
    await expect(client.send(read)).rejects.toThrow(problem);
  });

  it("is shown nowhere", async () => {
    const passwords = { current: "s3cret-päss" };
    const transport = async () => ({
      status: 400,
      statusText: "",
      headers: {},
      data: Buffer.from(JSON.stringify({ Error: "AdmConProtoError: s3cret-päss", text: "s3cret-päss" })),
      config: {} as never,
    });
    const client = connect({ password: () => passwords.current, transport });
    const error = await client.send(read).catch((thrown: Error) => thrown);
    expect(String(error) + JSON.stringify(error) + JSON.stringify(client)).not.toContain("s3cret");
  });

  it("may keep a call no longer than its deadline", async () => {
    const { transport } = gridWith({ current: "s3cret-1" });
    const client = connect({ password: () => new Promise<string>(() => undefined), transport, deadline: 30 });
    await expect(client.send(read)).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("against a grid", () => {
  let grid: FakeGrid | undefined;
  afterEach(() => grid?.close());

  it("name and password may both be functions", async () => {
    grid = await FakeGrid.listen({ user: "automation", password: "s3cret-1" });
    const { url, ca = "" } = grid;
    await using wapi = new WapiClient({
      url,
      tls: { ca },
      username: async () => "automation",
      password: () => "s3cret-1",
    });
    expect(await wapi.find("networkview", { fields: ["name"] })).toMatchObject([{ name: "default" }]);
  });
});

describe("a client certificate from a function", () => {
  it("is checked when it comes", async () => {
    const client = connect({
      username: undefined,
      clientCertificate: async () => ({ cert: "none", key: "none" }),
    });
    await expect(client.send(read)).rejects.toThrow(/clientCertificate\.cert/);
  });
});
