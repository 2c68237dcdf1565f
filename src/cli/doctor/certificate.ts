/** Checks whether the grid's certificate is verified, and how long it is valid. */

import { connect, type TLSSocket } from "node:tls";
import type { Finding } from "./finding.js";

const check = "certificate";
const dayMs = 86_400_000;
/** Enough time to have a new certificate issued. */
const soonMs = 30 * dayMs;
const patienceMs = 5000;

const reasons: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /CERT_HAS_EXPIRED/,
    "The certificate has expired: the grid's administrator has to renew it. Is this machine's clock right?",
  ],
  [/CERT_NOT_YET_VALID/, "The certificate is not valid yet: is this machine's clock right?"],
  [
    /ALTNAME_INVALID/,
    "The certificate is for another name: use that name in --url, or have the grid's certificate issued for this one.",
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_|UNTRUSTED/,
    "Name the grid's certificate authority: --ca-file, or INFOBLOX_SSL_VERIFY=/path/to/ca.pem. Ask the grid's administrator for it.",
  ],
];

/** What to do about a refused certificate; `undefined` if the failure has another reason. */
export function untrusted(codes: string): string | undefined {
  return reasons.find(([code]) => code.test(codes))?.[1];
}

/** Checks the certificate of a grid that has answered. */
export async function lookAtCertificate(
  url: string,
  { isVerified, signal }: { readonly isVerified: boolean; readonly signal: AbortSignal },
): Promise<Finding> {
  if (url.startsWith("http://")) {
    return {
      check,
      state: "warning",
      message: "plain HTTP: anybody on the network path can read the password",
      advice: "Use https:// for anything but a grid on this machine.",
    };
  }
  if (!isVerified) {
    return {
      check,
      state: "warning",
      message:
        "encrypted, but not verified: anybody on the network path can pose as the grid and read the password",
      advice: "Name the grid's certificate authority: --ca-file, or INFOBLOX_SSL_VERIFY=/path/to/ca.pem.",
    };
  }
  const until = await endOf(url, signal);
  if (until === undefined) return { check, state: "ok", message: "verified" };
  const day = until.toISOString().slice(0, 10);
  const left = until.getTime() - Date.now();
  if (left > soonMs) return { check, state: "ok", message: `verified; valid until ${day}` };
  return {
    check,
    state: "warning",
    message: `verified; it expires on ${day}, in ${Math.max(Math.floor(left / dayMs), 0)} days`,
    advice: "Have it renewed: clients refuse it after that day.",
  };
}

/** The end of the certificate's validity; `undefined` if it can't be read, as through a proxy. */
function endOf(url: string, signal: AbortSignal): Promise<Date | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((told) => {
    // The client has verified the certificate already. This connection only reads it and sends nothing.
    const socket: TLSSocket = connect({ host, port: Number(port || 443), rejectUnauthorized: false }, () => {
      const end = new Date(socket.getPeerCertificate().valid_to);
      done(Number.isNaN(end.getTime()) ? undefined : end);
    });
    const giveUp = () => done(undefined);
    const done = (end: Date | undefined) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      told(end);
    };
    signal.addEventListener("abort", giveUp);
    socket.setTimeout(patienceMs, giveUp);
    socket.once("error", giveUp);
  });
}
