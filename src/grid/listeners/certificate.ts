/** The certificate that a grid shows over HTTPS: its own, made on the spot, good for a year. */

import { loadCommonJs } from "../../common-js.js";

export interface GridCertificate {
  readonly cert: string;
  readonly key: string;
  /** What a client must trust: the certificate itself, since nobody else signed it. */
  readonly ca: string;
}

type Selfsigned = Pick<typeof import("selfsigned"), "generate">;

/** @param host - address that clients will name, beside `localhost` */
export async function makeCertificate(host: string): Promise<GridCertificate> {
  // Loaded only here: a grid without TLS, or behind nock, needs none of it.
  const loaded: Selfsigned & { readonly default?: Selfsigned } = await loadCommonJs(
    () => import("selfsigned"),
  );
  // A bundle in several parts has what CommonJS exports under `default` only.
  const { generate } = loaded.default ?? loaded;
  const addresses = [...new Set(["127.0.0.1", "::1", host])].filter((name) => /^[\d.]+$|:/.test(name));
  const { cert, private: key } = await generate([{ name: "commonName", value: "FakeGrid" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: [
          ...["localhost", ...(addresses.includes(host) ? [] : [host])].map((value) => ({
            type: 2 as const,
            value,
          })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert, key, ca: cert };
}
