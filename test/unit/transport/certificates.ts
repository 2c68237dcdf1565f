import { generate, type SelfsignedOptions } from "selfsigned";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority for tests, of a few minutes' life. */
export async function makeAuthority(): Promise<Certificate> {
  return make("Test Authority", {
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

/** A server's certificate for a host name, and for 127.0.0.1 unless `ip` is false. */
export async function makeServerCertificate(
  authority: Certificate,
  host = "localhost",
  options: Partial<SelfsignedOptions> & { ip?: boolean } = {},
): Promise<Certificate> {
  const { ip = true, ...others } = options;
  const address = ip ? [{ type: 7 as const, ip: "127.0.0.1" }] : [];
  return make(host, {
    ...others,
    ca: { key: authority.key, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }, ...address] }],
  });
}

/** A certificate that tells who a client is. */
export async function makeClientCertificate(
  authority: Certificate,
  name: string,
  passphrase?: string,
): Promise<Certificate> {
  return make(name, {
    ca: { key: authority.key, cert: authority.cert },
    extensions: [{ name: "extKeyUsage", clientAuth: true }],
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

async function make(commonName: string, options: SelfsignedOptions): Promise<Certificate> {
  const pems = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    ...options,
  });
  return { cert: pems.cert, key: pems.private };
}
