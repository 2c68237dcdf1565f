import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import { lookAtCertificate, untrusted } from "../../../../src/cli/doctor/certificate.js";
import { ended } from "../grid-session.js";
import { session } from "../session.js";

const dayMs = 86_400_000;
const isVerified = true;
const { signal } = new AbortController();
let server: Server | undefined;
afterEach(() => server?.close());

/** A server whose certificate is good for these days from now, and its address. */
async function serverFor(name: string, from: number, until: number): Promise<{ url: string; ca: string }> {
  const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
    ...{ keyType: "ec", algorithm: "sha256" },
    notBeforeDate: new Date(Date.now() + from * dayMs),
    notAfterDate: new Date(Date.now() + until * dayMs),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
  });
  server = createServer({ cert, key }, (_, response) => response.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, ca: cert };
}

describe("the certificate", () => {
  it("is well, and tells until when", async () => {
    const { url } = await serverFor("localhost", -1, 300);
    const finding = await lookAtCertificate(url, { isVerified, signal });
    expect(finding).toMatchObject({
      state: "ok",
      message: expect.stringMatching(/^verified; valid until 20\d\d-/),
    });
  });

  it("that expires soon is a warning", async () => {
    const { url } = await serverFor("localhost", -1, 9.5);
    const finding = await lookAtCertificate(url, { isVerified, signal });
    expect(finding).toMatchObject({ state: "warning", message: expect.stringMatching(/in 9 days$/) });
  });

  it("that nobody can read is no failure: the client has verified it", async () => {
    const finding = await lookAtCertificate("https://127.0.0.1:1", { isVerified, signal });
    expect(finding).toEqual({ check: "certificate", state: "ok", message: "verified" });
  });

  it("that isn't checked is a warning", async () => {
    const finding = await lookAtCertificate("https://127.0.0.1:1", { isVerified: false, signal });
    expect(finding).toMatchObject({ state: "warning", message: expect.stringContaining("not verified") });
  });

  it("is no reason where something else failed", () => {
    expect(untrusted("ERR_INFOBLOX_CONNECTION ECONNREFUSED")).toBeUndefined();
  });

  it.each([
    ["has expired", "localhost", -20, -10, /→ .*the grid's administrator has to renew it/],
    ["isn't valid yet", "localhost", 10, 20, /→ .*not valid yet: is this machine's clock right/],
    ["is another host's", "grid.example.com", -1, 300, /→ .*for another name/],
  ])("that %s is told as such by the command", async (_what, name, from, until, advice) => {
    const { url, ca } = await serverFor(name, from, until);
    const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-certificate-"));
    await writeFile(join(folder, "ca.pem"), ca);
    const args = ["doctor", "--url", url, "--ca-file", join(folder, "ca.pem"), "--user", "admin"];
    const env = { INFOBLOX_PASSWORD: "infoblox" };
    const { exitCode, stdout } = await ended(session(args, { env }));
    await rm(folder, { recursive: true });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ certificate /);
    expect(stdout).toMatch(advice);
  });
});
