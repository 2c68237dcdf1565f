import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { session } from "./session.js";

const env = { INFOBLOX_PASSWORD: "correct horse" };

async function find(
  ...flags: readonly string[]
): Promise<{ exitCode: number; stderr: string; took: number }> {
  const started = performance.now();
  const args = ["subnet", "find", "--url", "https://127.0.0.1:1", "--user", "robot", ...flags];
  const { exitCode, stderr } = session(args, { env });
  const code = await exitCode;
  return { exitCode: code, stderr: stderr(), took: performance.now() - started };
}

describe("how long a command waits for a grid", () => {
  it("isn't long with --retries 0: a refused port is one line, with the next step", async () => {
    const { exitCode, stderr, took } = await find("--retries", "0", "--timeout", "2.5");
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/^error: .*Nothing listens there: check the address and the port\.\n$/);
    expect(took).toBeLessThan(3_000);
  });

  it("is told in one line, with the next step, where the address is wrong", async () => {
    const plain = await FakeGrid.listen({ tls: false });
    const secure = await FakeGrid.listen();
    try {
      const said = async (url: string) => {
        const flags = ["--retries", "0", "--allow-insecure-http"];
        const { exitCode, stderr } = await find(...flags, "--url", url);
        expect([url, exitCode]).toEqual([url, 3]);
        return stderr;
      };
      expect(await said(plain.url.replace("http:", "https:"))).toMatch(
        /^error: .*What listens there doesn't speak TLS: is it the HTTPS port\?\n$/,
      );
      expect(await said(secure.url.replace("https:", "http:"))).toMatch(
        /^error: .*If what listens there speaks TLS, the address begins with https:\/\/\.\n$/,
      );
      expect(await said(secure.url)).toMatch(
        /^error: .*pass that authority's certificate as --ca-file \(.*\)\.\n$/,
      );
      expect(await said("https://no-such-host.invalid")).toMatch(
        /^error: .*The name could not be resolved: check it, and the DNS of this machine\.\n$/,
      );
    } finally {
      await Promise.all([plain.close(), secure.close()]);
    }
  });

  it("is refused where it is no profile, by the flag's name", async () => {
    const { exitCode, stderr } = await find("--profile", "nowhere");
    expect([exitCode, stderr]).toEqual([2, "error: --profile: can't read nowhere: there is no such file\n"]);
  });

  it.each([
    ["--retries", "many"],
    ["--retries", "-1"],
    ["--retries", "1.5"],
    ["--timeout", "0"],
    ["--timeout", "soon"],
    ["--timeout", "1e9"],
  ])("is refused where it is no such number: %s %s", async (flag, text) => {
    const { exitCode, stderr } = await find(`${flag}=${text}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(flag);
  });
});
