/** Creates the grid's own HTTPS certificate, which is valid for a year. */

import { loadCommonJs } from "../../common-js.js";

export interface GridCertificate {
  readonly cert: string;
  readonly key: string;
  /** What a client must trust: the certificate itself, since it is self-signed. */
  readonly ca: string;
}

type Selfsigned = Pick<typeof import("selfsigned"), "generate">;

/** @param host - an address that clients use, in addition to `localhost` */
export async function makeCertificate(host: string): Promise<GridCertificate> {
  // Loaded only here: a grid without TLS, or behind nock, does not need it.
  const loaded: Selfsigned & { readonly default?: Selfsigned } = await loadCommonJs(
    () => import("selfsigned"),
  );
  // In a bundle with several parts, the exports of CommonJS are only under `default`.
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
