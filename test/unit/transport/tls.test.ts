import { describe, expect, it } from "vitest";
import { tlsSettings } from "../../../src/transport/tls.js";
import { makeAuthority, makeClientCertificate } from "./certificates.js";

const fieldOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { field?: string }).field;
  }
  return undefined;
};

describe("tlsSettings", () => {
  it("verifies against the system's authorities unless told otherwise", () => {
    expect(tlsSettings({}, undefined)).toEqual({
      rejectUnauthorized: true,
      servername: undefined,
      context: undefined,
      passphrase: undefined,
    });
  });

  it("takes authorities as text, as bytes and several at once", async () => {
    const [one, two] = [await makeAuthority(), await makeAuthority()];
    for (const ca of [
      one.cert,
      Buffer.from(one.cert),
      [one.cert, Buffer.from(two.cert)],
      `# notes\n${one.cert}${two.cert}`,
    ]) {
      expect(tlsSettings({ ca }, undefined).context).toBeDefined();
    }
  });

  it("refuses an authority that Node would pass over in silence", async () => {
    const { cert } = await makeAuthority();
    const broken = cert.replace(/\n(.{20})/, "\n!!!!$1");
    expect(fieldOf(() => tlsSettings({ ca: broken }, undefined))).toBe("tls.ca");
    expect(fieldOf(() => tlsSettings({ ca: `${cert}${broken}` }, undefined))).toBe("tls.ca");
    expect(fieldOf(() => tlsSettings({ ca: [cert, ""] }, undefined))).toBe("tls.ca");
  });

  it("finds at once that key and certificate don't belong together, or that the passphrase is wrong", async () => {
    const authority = await makeAuthority();
    const robot = await makeClientCertificate(authority, "robot", "Passphrase-1");
    const other = await makeClientCertificate(authority, "other");
    expect(tlsSettings({}, { ...robot, passphrase: "Passphrase-1" }).context).toBeDefined();
    expect(fieldOf(() => tlsSettings({}, { ...robot, passphrase: "wrong" }))).toBe("clientCertificate");
    expect(fieldOf(() => tlsSettings({}, robot))).toBe("clientCertificate");
    expect(fieldOf(() => tlsSettings({}, { cert: other.cert, key: authority.key }))).toBe(
      "clientCertificate",
    );
    expect(fieldOf(() => tlsSettings({}, { cert: "robot.pem", key: other.key }))).toBe(
      "clientCertificate.cert",
    );
    expect(fieldOf(() => tlsSettings({}, { cert: other.cert, key: "robot.key" }))).toBe(
      "clientCertificate.key",
    );
  });
});
