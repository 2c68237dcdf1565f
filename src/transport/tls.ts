import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { invalid } from "../errors.js";
import { Sealed } from "./sealed.js";

/** How the grid's certificate is checked. */
export interface TlsOptions {
  /**
   * PEM text of the authorities to trust instead of the system's, for a grid with a private CA or a self-signed
   * certificate.
   */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** `false` accepts any certificate; the client warns once. Default `true`. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** The server name to request and to expect in the certificate. Default: the host of the address. */
  readonly servername?: string | undefined;
}

/** A certificate that authenticates the client. */
export interface ClientCertificate {
  /** PEM, with the chain if there is one. */
  readonly cert: string | Buffer;
  /** PEM. */
  readonly key: string | Buffer;
  /** The passphrase of an encrypted key. */
  readonly passphrase?: string | undefined;
}

/** TLS settings with parsed certificates, which are hidden from print. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly servername: string | undefined;
  /**
   * Certificates and key, parsed once instead of for each connection. `undefined` if the system's authorities suffice.
   */
  readonly context: Sealed<SecureContext> | undefined;
  readonly passphrase: Sealed<string> | undefined;
}

/** @throws InvalidRequestError that names the option with an invalid certificate, key or passphrase */
export function tlsSettings(options: TlsOptions, certificate: ClientCertificate | undefined): TlsSettings {
  const { ca, rejectUnauthorized = true, servername } = options;
  if (typeof rejectUnauthorized !== "boolean") {
    throw invalid("tls.rejectUnauthorized", rejectUnauthorized, "must be true or false", true);
  }
  if (servername !== undefined && (typeof servername !== "string" || servername === "")) {
    throw invalid("tls.servername", servername, "must be a host name", "grid.example.com");
  }
  const passphrase = certificate?.passphrase;
  return {
    rejectUnauthorized,
    servername,
    context: ca === undefined && !certificate ? undefined : new Sealed(secureContext(ca, certificate)),
    passphrase: passphrase === undefined ? undefined : new Sealed(passphrase),
  };
}

function secureContext(ca: TlsOptions["ca"], certificate: ClientCertificate | undefined): SecureContext {
  const authorities = ca === undefined ? {} : { ca: [ca].flat().map(readAuthority) };
  if (!certificate) return createSecureContext(authorities);

  const cert = readPem("clientCertificate.cert", certificate.cert, "CERTIFICATE");
  const key = readPem("clientCertificate.key", certificate.key, "PRIVATE KEY");
  const passphrase = certificate.passphrase === undefined ? {} : { passphrase: certificate.passphrase };
  try {
    return createSecureContext({ ...authorities, cert, key, ...passphrase });
  } catch {
    const problem =
      "doesn't work: cert and key must belong together, and an encrypted key needs its passphrase";
    throw invalid("clientCertificate", "PEM text", problem, { cert: "…", key: "…", passphrase: "…" });
  }
}

/** Checks that an authority is readable: Node ignores an unreadable one, and then trusts nobody. */
function readAuthority(value: string | Buffer): string {
  const text = readPem("tls.ca", value, "CERTIFICATE");
  try {
    for (const block of text.split(/(?=-----BEGIN )/).slice(text.startsWith("-----BEGIN ") ? 0 : 1)) {
      new X509Certificate(block);
    }
    return text;
  } catch {
    throw invalid("tls.ca", "PEM text", "holds a certificate that can't be read", exampleOf("CERTIFICATE"));
  }
}

function readPem(field: string, value: string | Buffer, kind: string): string {
  const text = Buffer.isBuffer(value) ? value.toString("latin1") : value;
  if (typeof text !== "string" || !new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(text)) {
    throw invalid(field, typeof value, "must be PEM text (a file's content, not its name)", exampleOf(kind));
  }
  return text;
}

function exampleOf(kind: string): string {
  return `-----BEGIN ${kind}-----…`;
}
