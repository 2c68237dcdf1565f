import { describe, expect, it } from "vitest";
import type { InfobloxError } from "../../../src/errors.js";
import { judge, type RawAnswer } from "../../../src/transport/answer.js";
import type { AttemptOutcome } from "../../../src/transport/attempts.js";
import { Redactor } from "../../../src/transport/redactor.js";
import { FakeClock } from "./fake-clock.js";

const context = {
  method: "POST",
  path: "/wapi/v2.12/network",
  address: "https://grid.example.com",
  redactor: new Redactor(["Gr1d-password"]),
  clock: new FakeClock(),
};

function answer(status: number, body: string, headers: Record<string, string> = {}): RawAnswer {
  return { status, headers, setCookies: [], body: Buffer.from(body) };
}

function envelope(text: string, code: string, status = 400): RawAnswer {
  return answer(
    status,
    `{ "Error": "AdmConDataError: None (IBDataError: IB.Data:${text})", \n  "code": "${code}", \n  "text": ${JSON.stringify(text)}\n}\n`,
  );
}

function errorOf(outcome: AttemptOutcome): InfobloxError {
  if (!("error" in outcome)) throw new Error(`no error, but ${outcome.kind}`);
  return outcome.error;
}

const masterPage = (url: string) =>
  `<html><head><META HTTP-EQUIV="Refresh" CONTENT="0; URL=${url}"></head><body></body></html>`;

describe("judge", () => {
  it.each([
    ["a list", "[]", []],
    ["a bare reference", '"network/ZG5z:10.0.0.0/24/default"', "network/ZG5z:10.0.0.0/24/default"],
    ["pretty-printed JSON", '{\n    "ips": [\n        "10.0.0.1"\n    ]\n}', { ips: ["10.0.0.1"] }],
    ["UTF-8", '{"comment": "Zürich 東京"}', { comment: "Zürich 東京" }],
  ])("gives back %s", (_, body, data) => {
    expect(judge(answer(200, body), context)).toMatchObject({ kind: "answered", status: 200, data });
  });

  it("takes an empty body with 204, and only with that", () => {
    expect(judge(answer(204, ""), context)).toMatchObject({ kind: "answered", data: undefined });
    expect(judge(answer(200, ""), context)).toMatchObject({ kind: "lost", error: { name: "ServerError" } });
  });

  it.each([
    ["JSON that breaks off", 200, '[{"_ref": "netw', /JSON that breaks off/],
    ["a page of something else", 200, "<html><title>Proxy</title></html>", /other than JSON: Proxy/],
    ["a proxy's 502", 502, "<h1>Bad Gateway</h1>", /Bad Gateway/],
    ["a proxy's 504", 504, "", /504/],
    ["a page with 500", 500, "<h1>Internal Server Error</h1>", /Internal Server Error/],
  ])("takes %s for a lost answer", (_, status, body, message) => {
    const outcome = judge(answer(status, body), context);
    expect(outcome).toMatchObject({ kind: "lost", error: { name: "ServerError", status } });
    expect(errorOf(outcome).message).toMatch(message);
  });

  it("takes a failure in the grid's own words for its last word", () => {
    const outcome = judge(envelope("Internal Error", "Server.Ibap", 500), context);
    expect(outcome).toMatchObject({ kind: "refused", error: { name: "ServerError", code: "Server.Ibap" } });
  });

  it.each([
    ["Client.Ibap.Proto", 400, "Unknown object type (record)", "InvalidRequestError"],
    ["Client.Ibap.Proto.JSONDecoding", 400, "JSON Decoding: No JSON object", "InvalidRequestError"],
    ["Client.Ibap.Data", 400, "A domain label is longer than 63 characters.", "InvalidRequestError"],
    ["Client.Ibap.Data", 400, "Invalid range with start address '10.35.0.200'", "InvalidRequestError"],
    ["Client.Ibap.Data", 400, "Password cannot be empty.", "InvalidRequestError"],
    ["Client.Ibap.Data", 400, "Cannot find 1 available IP address(es) in this network.", "ConflictError"],
    ["Client.Ibap.Data", 400, "Can not find requested number of networks", "ConflictError"],
    ["Client.Ibap.Data.Conflict", 400, "The record 'a.b.c' already exists.", "ConflictError"],
    ["Client.Ibap.Data.Conflict", 400, "The action is not allowed. A parent was not found.", "NotFoundError"],
    ["Client.Ibap.Data.Conflict", 409, "Duplicate object", "ConflictError"],
    ["Client.Ibap.Data.NotFound", 404, "Reference network/x not found", "NotFoundError"],
    [
      "Client.Ibap.Proto",
      400,
      "10.0.0.0/8,default does not match any unique networks/ranges (network)",
      "NotFoundError",
    ],
    [
      "Client.Ibap.Data.Conflict",
      400,
      "Cannot create extensible attribute definition 'X'. Only superusers can manage extensible attribute definition",
      "PermissionDeniedError",
    ],
    [
      "Client.Ibap.Data",
      400,
      "You have no permission to delete this object recursively",
      "PermissionDeniedError",
    ],
  ])("%s %i, %j: %s", (code, status, text, name) => {
    expect(judge(envelope(text, code, status), context)).toMatchObject({
      kind: "refused",
      error: { name, status, code, text, method: "POST", path: "/wapi/v2.12/network" },
    });
  });

  it("says what happened, to what, in the grid's words, and what they mean", () => {
    const error = errorOf(
      judge(envelope("Unknown extensible attribute: Site", "Client.Ibap.Proto"), context),
    );
    expect(error.message).toMatch(
      /^POST \/wapi\/v2\.12\/network: the grid answered 400: Unknown extensible attribute: Site\.$/,
    );
    expect(error.hint).toMatch(/^The grid has no definition/);
  });

  it("falls back to Error where the envelope holds no text", () => {
    const body = '{"Error": "AdmConProtoError: strange"}';
    expect(errorOf(judge(answer(400, body), context))).toMatchObject({
      code: "HTTP.400",
      text: "AdmConProtoError: strange",
    });
  });

  it("knows the page of a wrong password", () => {
    const outcome = judge(answer(401, "<title>401 Authorization Required</title>"), context);
    expect(outcome).toMatchObject({ kind: "refused", error: { name: "AuthenticationError", status: 401 } });
    expect(errorOf(outcome).hint).toMatch(/username and the password/);
  });

  it("says a page's title once, where its heading repeats it", () => {
    const body =
      "<html><head><title>503 Busy</title></head><body><h1>503 Busy</h1><p>Try later.</p></body></html>";
    expect(errorOf(judge(answer(503, body), context)).message).toMatch(
      /the grid answered 503: 503 Busy Try later\.(?! Try later)/,
    );
    expect(errorOf(judge(answer(503, "<title>Proxy</title><p>Down."), context)).message).toMatch(
      /503: Proxy Down\./,
    );
  });

  it("knows the page of a user without the right to use the API, and of a lock-out", () => {
    const body =
      "<html><head><title>403 Forbidden</title></head><body><p>You don't have permission to access /wapi/v2.10.5/userprofile on this server.</p></body></html>";
    const outcome = judge(answer(403, body), context);
    expect(outcome).toMatchObject({ kind: "refused", error: { name: "PermissionDeniedError" } });
    expect(errorOf(outcome).message).toContain("You don't have permission to access");
    expect(errorOf(outcome).hint).toMatch(/right to use the API.*wrong passwords/);
  });

  it("knows a node that is not the grid master, and where the master is", () => {
    const outcome = judge(answer(200, masterPage("https://gm.example.com/ui/")), context);
    expect(outcome).toMatchObject({
      kind: "elsewhere",
      error: { name: "NotGridMasterError", masterUrl: "https://gm.example.com" },
    });
    expect(errorOf(outcome).hint).toContain("https://gm.example.com");
  });

  it("knows a grid master candidate that serves reads only", () => {
    const outcome = judge(envelope("Only read-only API access supported", "Client.Ibap.Proto"), context);
    expect(outcome).toMatchObject({
      kind: "elsewhere",
      error: {
        name: "NotGridMasterError",
        text: "Only read-only API access supported",
        masterUrl: undefined,
      },
    });
  });

  it("follows no redirect: one to another host names the master, one to the same host is a wrong address", () => {
    expect(judge(answer(302, "", { location: "https://gm.example.com/wapi/" }), context)).toMatchObject({
      kind: "elsewhere",
      error: { masterUrl: "https://gm.example.com" },
    });
    for (const location of ["/ui/login", "https://grid.example.com/ui", "javascript:alert(1)"]) {
      expect(judge(answer(301, "", { location }), context)).toMatchObject({
        kind: "refused",
        error: { name: "ServerError", status: 301 },
      });
    }
  });

  it("takes a page that refreshes itself for no answer", () => {
    expect(judge(answer(200, masterPage("/wait.html")), context).kind).toBe("lost");
  });

  it("explains a version that the grid doesn't have", () => {
    const outcome = judge(answer(400, "Version 2.99 not supported"), context);
    expect(outcome).toMatchObject({
      kind: "refused",
      error: { name: "InvalidRequestError", status: 400, text: "Version 2.99 not supported" },
    });
    expect(errorOf(outcome).hint).toMatch(/wapiVersion/);
  });

  it.each([408, 429, 503])(
    "knows that a busy grid (%i) did nothing, and how long it wants to be left alone",
    (status) => {
      const outcome = judge(
        answer(status, "Service Temporarily Unavailable", { "retry-after": "3" }),
        context,
      );
      expect(outcome).toMatchObject({
        kind: "busy",
        retryAfter: 3000,
        error: { name: "ServerError", status },
      });
    },
  );

  it.each([404, 405, 407, 413, 414])("makes an error of a bare %i page", (status) => {
    const outcome = judge(answer(status, `<h1>Error ${status}</h1>`), context);
    expect(outcome.kind).toBe("refused");
    expect(errorOf(outcome).message).toContain(`Error ${status}`);
  });

  it("removes the client's own secrets from what the grid echoes", () => {
    const error = errorOf(judge(envelope("Bad login Gr1d-password", "Client.Ibap.Data"), context));
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("Gr1d-password");
  });

  it("shortens a long page", () => {
    const error = errorOf(judge(answer(500, `<p>${"long ".repeat(5000)}</p>`), context));
    expect(error.message.length).toBeLessThan(600);
  });
});
