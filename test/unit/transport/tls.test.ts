import { describe, expect, it } from "vitest";
import { settleTls } from "../../../src/transport/tls.js";
import { makeAuthority, makeClientCertificate } from "./certificates.js";

const fieldOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { field?: string }).field;
  }
  return undefined;
};

describe("settleTls", () => {
  it("verifies against the system's authorities unless told otherwise", () => {
    expect(settleTls({}, undefined)).toEqual({
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
      expect(settleTls({ ca }, undefined).context).toBeDefined();
    }
  });

  it("refuses an authority that Node would pass over in silence", async () => {
    const { cert } = await makeAuthority();
    const broken = cert.replace(/\n(.{20})/, "\n!!!!$1");
    expect(fieldOf(() => settleTls({ ca: broken }, undefined))).toBe("tls.ca");
    expect(fieldOf(() => settleTls({ ca: `${cert}${broken}` }, undefined))).toBe("tls.ca");
    expect(fieldOf(() => settleTls({ ca: [cert, ""] }, undefined))).toBe("tls.ca");
  });

  it("finds at once that key and certificate don't belong together, or that the passphrase is wrong", async () => {
    const authority = await makeAuthority();
    const robot = await makeClientCertificate(authority, "robot", "Passphrase-1");
    const other = await makeClientCertificate(authority, "other");
    expect(settleTls({}, { ...robot, passphrase: "Passphrase-1" }).context).toBeDefined();
    expect(fieldOf(() => settleTls({}, { ...robot, passphrase: "wrong" }))).toBe("clientCertificate");
    expect(fieldOf(() => settleTls({}, robot))).toBe("clientCertificate");
    expect(fieldOf(() => settleTls({}, { cert: other.cert, key: authority.key }))).toBe("clientCertificate");
    expect(fieldOf(() => settleTls({}, { cert: "robot.pem", key: other.key }))).toBe(
      "clientCertificate.cert",
    );
    expect(fieldOf(() => settleTls({}, { cert: other.cert, key: "robot.key" }))).toBe(
      "clientCertificate.key",
    );
  });
});
