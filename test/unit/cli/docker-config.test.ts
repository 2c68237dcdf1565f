import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readDockerConfig } from "../../../src/cli/docker-config.js";

it.each([
  ["2001:db8::5", "8443", "https://[2001:db8::5]:8443"],
  ["2001:db8::5", "", "https://[2001:db8::5]"],
  ["10.0.0.5", "443", "https://10.0.0.5:443"],
  ["https://grid.example.com", "8443", "https://grid.example.com"],
])("of the older driver's host %s and port %j the address is %s", async (GRID_HOST, WAPI_PORT, url) => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const stop = new AbortController().signal;
  const terminal = { ...streams, env: { GRID_HOST, WAPI_PORT }, cwd: ".", stop };
  expect((await readDockerConfig({}, undefined, terminal)).client.url).toBe(url);
});
