import { invalid } from "../errors.js";
import { redacted } from "../redaction.js";

/** `process.env`, or a test's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's text without blanks around it. An empty one counts as unset. */
export function readVariable(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** Reads a password, which may begin or end with a blank: unlike other variables it is not trimmed. */
export function readSecretVariable(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

export function readBooleanVariable(env: Environment, name: string): boolean | undefined {
  const text = readVariable(env, name);
  if (text === undefined) return undefined;
  const value = parseBoolean(text);
  if (value === undefined) throw invalid(name, text, "must be true or false", "true");
  return value;
}

/**
 * The grid's addresses: `INFOBLOX_URL` (several: with commas between), else `INFOBLOX_SERVER` or `INFOBLOX_HOST`
 * with `INFOBLOX_PORT`, the names that other tools for the same grid read.
 */
export function readAddresses(env: Environment): readonly string[] | undefined {
  const urls = readVariable(env, "INFOBLOX_URL");
  // If the value has a password by mistake, it may hold commas: then it is not a list.
  if (urls?.includes("@")) return [urls];
  if (urls !== undefined) return urls.split(",").map((url) => url.trim());
  const host = readVariable(env, "INFOBLOX_SERVER") ?? readVariable(env, "INFOBLOX_HOST");
  if (host === undefined) return undefined;
  const port = host.includes("://") ? undefined : readVariable(env, "INFOBLOX_PORT");
  if (port !== undefined && !/^\d+$/.test(port)) {
    throw invalid("INFOBLOX_PORT", redacted, "must be a port number", "443");
  }
  return [urlOfHost(host, port)];
}

/** `https://[2001:db8::5]:8443` of a host and its port. A host that is a URL already stays as it is. */
export function urlOfHost(host: string, port: string | number | undefined): string {
  if (host.includes("://")) return host;
  const isBareIpv6 = /^[0-9a-f:]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host);
  return `https://${isBareIpv6 ? `[${host}]` : host}${port === undefined ? "" : `:${port}`}`;
}

/** How the grid's certificate is to be checked: `INFOBLOX_SSL_VERIFY`, which is true, false or the path of a CA file. */
export function readVerification(
  env: Environment,
  readFile: (path: string) => string,
): { readonly rejectUnauthorized?: boolean; readonly ca?: string } {
  const name = "INFOBLOX_SSL_VERIFY";
  const text = readVariable(env, name);
  if (text === undefined) return {};
  const verify = parseBoolean(text);
  if (verify !== undefined) return { rejectUnauthorized: verify };
  try {
    return { ca: readFile(text) };
  } catch {
    throw invalid(
      name,
      text,
      "must be true, false or the path of a readable CA file",
      "/etc/ssl/grid-ca.pem",
    );
  }
}

function parseBoolean(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case "true":
    case "1":
    case "yes":
    case "on":
      return true;
    case "false":
    case "0":
    case "no":
    case "off":
      return false;
    default:
      return undefined;
  }
}
