/** Checks connection, credentials and version with one request: its error tells which of them fails. */

import { isInfobloxError } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";
import { messageFor } from "../wording.js";
import { lookAtCertificate, untrusted } from "./certificate.js";
import type { Examination, Finding } from "./finding.js";

interface RootSchema {
  readonly requested_version?: string;
  readonly supported_versions?: readonly string[];
}

export async function lookAtConnection(
  wapi: WapiClient,
  { isVerified, signal }: { readonly isVerified: boolean; readonly signal: AbortSignal },
): Promise<Examination> {
  const { wapiVersion } = wapi.toJSON() as { wapiVersion?: string };
  try {
    const { data, headers, durationMs } = await wapi
      .request<RootSchema>({ path: "/", query: { _schema: 1 }, signal })
      .withResponse();
    const newest = data.supported_versions?.at(-1) ?? "unknown";
    const spoken = data.requested_version ?? wapiVersion ?? "unknown";
    const version = `WAPI ${spoken}; the grid's newest is ${newest}`;
    return {
      findings: [
        { check: "connection", state: "ok", message: `the grid answers (${Math.round(durationMs)} ms)` },
        await lookAtCertificate(addressOf(wapi), { isVerified, signal }),
        { check: "credentials", state: "ok", message: "the grid accepts them" },
        { check: "version", state: "ok", message: version },
        lookAtClock(headers["date"]),
      ],
    };
  } catch (error) {
    return { findings: [failureOf(error)], error };
  }
}

/** The address of the grid, or the first of several. */
export function addressOf(wapi: WapiClient): string {
  const { url } = wapi.toJSON() as { url?: string | readonly string[] };
  return [url ?? ""].flat()[0] ?? "";
}

function failureOf(error: unknown): Finding {
  // The message without its hint: the doctor gives its own advice.
  const message = isInfobloxError(error) ? error.message : messageFor(error, undefined);
  const found = (check: string, advice: string): Finding => ({ check, state: "failed", message, advice });
  if (isInfobloxError(error, "AuthenticationError")) {
    return found("credentials", "Check name and password, and that the user's group may use the API.");
  }
  if (isInfobloxError(error, "PermissionDeniedError")) {
    return found("permissions", "The user's group needs the API interface among its allowed ones.");
  }
  if (isInfobloxError(error, "NotGridMasterError")) {
    const master = error.masterUrl === undefined ? "the grid master" : error.masterUrl;
    return found("master", `WAPI is served by the grid master: use the address of ${master}.`);
  }
  if (isInfobloxError(error, "InvalidRequestError")) {
    return found("version", "Leave --wapi-version out, or name a version that the grid has.");
  }
  const distrust = untrusted(codesOf(error));
  if (distrust !== undefined) return found("certificate", distrust);
  return found("connection", adviceOn(codesOf(error)));
}

const adviceOnConnection: readonly (readonly [code: RegExp, advice: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "Check the host's name, and that this machine's DNS knows it."],
  [/ECONNREFUSED/, "Check the address and the port: a grid has its API at 443."],
  [
    /EPROTO|WRONG_VERSION|HPE_/,
    "Check http:// or https://, and the port: the server speaks another protocol.",
  ],
];

function adviceOn(codes: string): string {
  const [, advice] = adviceOnConnection.find(([code]) => code.test(codes)) ?? [];
  return advice ?? "Check the address and the port, and that no firewall or proxy is in the way.";
}

/** The codes of the errors behind an error. */
function codesOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: unknown };
  return `${code ?? ""} ${cause === undefined ? "" : codesOf(cause)}`;
}

/** Logins and sessions tolerate this skew. Beyond it, certificates and logs of both sides are hard to compare. */
const toleratedSkewMs = 30_000;

function lookAtClock(date: string | undefined): Finding {
  const skew = date === undefined ? Number.NaN : Date.now() - Date.parse(date);
  if (Number.isNaN(skew)) {
    return { check: "clock", state: "unknown", message: "the grid's answer has no date" };
  }
  if (Math.abs(skew) <= toleratedSkewMs)
    return { check: "clock", state: "ok", message: "same as the grid's" };
  return {
    check: "clock",
    state: "warning",
    message: `this machine is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} the grid`,
    advice: "Set both by NTP: certificates, logs and expiry times are hard to compare otherwise.",
  };
}
