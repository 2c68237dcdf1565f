/** `infoblox-ipam doctor`: why it doesn't work, or that it does. */

import { Command } from "commander";
import { isInfobloxError } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, type Session, withIpam } from "../ipam.js";
import { EndedWith, exitCodeOf, exitCodesHelp, type Output, paint, print, type Terminal } from "../output.js";

/** What one look found, and what to do about it. */
interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "failed";
  readonly message: string;
  readonly advice?: string;
}

/** A finding that makes all further looks pointless keeps its error. */
interface Examination {
  readonly findings: readonly Finding[];
  readonly error?: unknown;
}

const examples = `
Changes nothing on the grid. Ends with 0 when nothing failed; warnings are no failure.

Examples:
  $ infoblox-ipam doctor
  $ infoblox-ipam doctor --url https://grid.example.com --user automation --password-file secret.txt
  $ infoblox-ipam doctor --json
`;

/** Logins and sessions are fine with this much; certificates and logs of both sides are hard to compare beyond. */
const toleratedSkewMs = 30_000;

export function doctorCommand(terminal: Terminal): Command {
  const command = new Command("doctor")
    .description("Check connection, certificate, credentials, version, rights, clock and attributes.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: IpamCommandOptions) => examine(options, terminal));
}

async function examine(options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const { findings, error } = await withIpam(options, terminal, (session) => findingsOf(session));
  print(terminal, options, findings, findings.map((finding) => wordsOf(finding, terminal)).join(""));
  if (findings.some(({ state }) => state === "failed")) throw new EndedWith(exitCodeOf(error));
}

async function findingsOf(session: Session): Promise<Examination> {
  const reached = await lookAtConnection(session.wapi, session.signal);
  if (reached.error !== undefined) return reached;
  const further = await Promise.all([
    lookAtNetworkView(session),
    ...["network", "networkcontainer", "record:host", "fixedaddress", "range"].map((type) =>
      lookAtRight(session, type),
    ),
    lookAtAttribute(session, session.ipam.requestIdAttribute),
  ]);
  return { findings: [...reached.findings, ...further] };
}

interface RootSchema {
  readonly requested_version?: string;
  readonly supported_versions?: readonly string[];
}

/** One request, whose failure tells how far it came. */
async function lookAtConnection(wapi: WapiClient, signal: AbortSignal): Promise<Examination> {
  const { url, wapiVersion } = wapi.toJSON() as { url?: string; wapiVersion?: string };
  try {
    const { data, headers, durationMs } = await wapi
      .request<RootSchema>({ path: "/", query: { _schema: 1 }, signal })
      .withResponse();
    const newest = data.supported_versions?.at(-1) ?? "unknown";
    const spoken = data.requested_version ?? wapiVersion ?? "unknown";
    return {
      findings: [
        { check: "connection", state: "ok", message: `the grid answers (${Math.round(durationMs)} ms)` },
        lookAtEncryption(String(url ?? "")),
        { check: "credentials", state: "ok", message: "the grid accepts them" },
        { check: "master", state: "ok", message: "this node serves WAPI" },
        {
          check: "version",
          state: "ok",
          message: `WAPI ${spoken}; the newest that the grid has is ${newest}`,
        },
        lookAtClock(headers["date"]),
      ],
    };
  } catch (error) {
    return { findings: [failureOf(error)], error };
  }
}

function failureOf(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
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
    return found("version", "Leave --wapi-version out, or name one that the grid has.");
  }
  if (/certificate|CERT_|SELF_SIGNED|self-signed/i.test(message + codesOf(error))) {
    return found(
      "certificate",
      "Name the grid's certificate authority: --ca-file, or INFOBLOX_SSL_VERIFY=/path/to/ca.pem. Ask who runs the grid for it.",
    );
  }
  return found("connection", "Check the address and the port, and that no firewall or proxy is in the way.");
}

/** The codes of the errors behind an error. */
function codesOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: unknown };
  return `${code ?? ""} ${cause === undefined ? "" : codesOf(cause)}`;
}

function lookAtEncryption(url: string): Finding {
  if (!url.startsWith("http://"))
    return { check: "certificate", state: "ok", message: "the connection is encrypted" };
  return {
    check: "certificate",
    state: "warning",
    message: "plain HTTP: everybody on the way reads the password",
    advice: "Use https:// for anything but a grid on this machine.",
  };
}

function lookAtClock(date: string | undefined): Finding {
  const skew = date === undefined ? Number.NaN : Date.now() - Date.parse(date);
  if (Number.isNaN(skew)) return { check: "clock", state: "ok", message: "the grid doesn't tell its time" };
  if (Math.abs(skew) <= toleratedSkewMs) return { check: "clock", state: "ok", message: "as the grid's" };
  return {
    check: "clock",
    state: "warning",
    message: `this machine is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} the grid`,
    advice: "Set both by NTP: certificates, logs and expiry times are hard to compare otherwise.",
  };
}

async function lookAtNetworkView({ wapi, networkView, signal }: Session): Promise<Finding> {
  const check = "network view";
  try {
    const views = await wapi.find("networkview", { fields: ["name"], signal });
    const names = views.map(({ name = "" }) => name);
    if (names.includes(networkView)) return { check, state: "ok", message: networkView };
    return {
      check,
      state: "failed",
      message: `there is no network view "${networkView}" that this user can see`,
      advice: `Name one of: ${names.join(", ")}.`,
    };
  } catch (error) {
    return unreadable(check, error);
  }
}

/** Only reading can be tried without changing something. */
async function lookAtRight({ wapi, signal }: Session, type: string): Promise<Finding> {
  const check = `read ${type}`;
  try {
    await wapi.request({ path: type, query: { _max_results: 1, _paging: 1, _return_as_object: 1 }, signal });
    return { check, state: "ok", message: "permitted" };
  } catch (error) {
    return unreadable(check, error);
  }
}

function unreadable(check: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return {
    check,
    state: "failed",
    message,
    advice: "Give the user's group a role that may read and write these.",
  };
}

/** Without it everything works but request ids. */
async function lookAtAttribute({ wapi, signal }: Session, name: string | undefined): Promise<Finding> {
  const check = "request ids";
  if (name === undefined) return { check, state: "ok", message: "kept without an attribute" };
  try {
    const definition = await wapi.findOne("extensibleattributedef", {
      where: { name },
      fields: ["type"],
      signal,
    });
    if (definition?.type === "STRING")
      return { check, state: "ok", message: `attribute "${name}" is defined` };
    const problem = definition === undefined ? "is not defined" : `is of type ${definition.type}, not STRING`;
    return {
      check,
      state: "warning",
      message: `extensible attribute "${name}" ${problem}: requests with a request id are refused`,
      advice: "A superuser defines it once: infoblox-ipam setup, or ipam.setup().",
    };
  } catch (error) {
    return unreadable(check, error);
  }
}

const signs = { ok: ["✓", "green"], warning: ["!", "yellow"], failed: ["✗", "red"] } as const;

function wordsOf(
  { check, state, message, advice }: Finding,
  { stdout, env }: { stdout: Output; env: Terminal["env"] },
) {
  const [sign, colour] = signs[state];
  const line = `${paint(stdout, env, colour, sign)} ${check.padEnd(22)} ${message}\n`;
  return advice === undefined ? line : `${line}  ${" ".repeat(22)} → ${advice}\n`;
}
