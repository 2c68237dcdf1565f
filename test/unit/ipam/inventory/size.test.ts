import { resolve } from "node:path";
import { expect, it } from "vitest";
import { bundled, runProgram } from "../../../program.js";

it("reads 10,000 subnets with 200,000 addresses in 300 requests and 80 MB", async () => {
  const { stdout, stderr } = await runProgram(await bundled(resolve(import.meta.dirname, "size.ts")));
  expect(stderr).toBe("");
  const { requests, peak, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({ subnet: 10_000, address: 200_000, outside: 0, mostAtOnce: 4 });
  expect(requests).toBeLessThanOrEqual(300);
  expect(peak).toBeLessThan(80);
});
