/** Whether the grid is the one that it says it is, and for how long that can be told. */

import { connect, type TLSSocket } from "node:tls";
import type { Finding } from "./finding.js";

const check = "certificate";
const dayMs = 86_400_000;
/** Enough to have another one issued. */
const soonMs = 30 * dayMs;
const patienceMs = 5000;

const reasons: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /CERT_HAS_EXPIRED/,
    "The certificate is past its end: whoever runs the grid has to renew it. Is this machine's clock right?",
  ],
  [/CERT_NOT_YET_VALID/, "The certificate is not valid yet: is this machine's clock right?"],
  [
    /ALTNAME_INVALID/,
    "The certificate is for another name: use that name in --url, or have the grid's certificate issued for this one.",
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_|UNTRUSTED/,
    "Name the grid's certificate authority: --ca-file, or INFOBLOX_SSL_VERIFY=/path/to/ca.pem. Ask who runs the grid for it.",
  ],
];

/** What to do about a certificate that was refused; `undefined` if it wasn't the reason. */
export function untrusted(codes: string): string | undefined {
  return reasons.find(([code]) => code.test(codes))?.[1];
}

/** Of a grid that has answered. */
export async function lookAtCertificate(
  url: string,
  { isVerified, signal }: { readonly isVerified: boolean; readonly signal: AbortSignal },
): Promise<Finding> {
  if (url.startsWith("http://")) {
    return {
      check,
      state: "warning",
      message: "plain HTTP: everybody on the way reads the password",
      advice: "Use https:// for anything but a grid on this machine.",
    };
  }
  if (!isVerified) {
    return {
      check,
      state: "warning",
      message: "encrypted, but not verified: anybody on the way can be the grid, and read the password",
      advice: "Name the grid's certificate authority: --ca-file, or INFOBLOX_SSL_VERIFY=/path/to/ca.pem.",
    };
  }
  const until = await endOf(url, signal);
  if (until === undefined) return { check, state: "ok", message: "verified" };
  const day = until.toISOString().slice(0, 10);
  const left = until.getTime() - Date.now();
  if (left > soonMs) return { check, state: "ok", message: `verified; good until ${day}` };
  return {
    check,
    state: "warning",
    message: `verified; it expires on ${day}, in ${Math.max(Math.floor(left / dayMs), 0)} days`,
    advice: "Have it renewed: nothing reaches the grid after that day.",
  };
}

/** Until when the certificate is good; `undefined` if nobody tells, as through a proxy. */
function endOf(url: string, signal: AbortSignal): Promise<Date | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((told) => {
    // The client has verified it already: here it is only read, and nothing is sent.
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
