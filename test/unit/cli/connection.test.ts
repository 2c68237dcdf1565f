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
