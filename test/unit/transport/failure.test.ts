import { describe, expect, it } from "vitest";
import { describeFailure, judgeFailure } from "../../../src/transport/failure.js";
import { Redactor } from "../../../src/transport/redactor.js";

const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });

describe("describeFailure", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])(
    "knows that nothing arrives with %s, even where the way there can't be watched",
    (code) => {
      expect(describeFailure(withCode(code), undefined, undefined).arrived).toBe(false);
      expect(describeFailure(withCode(code), undefined, true).arrived).toBe(false);
    },
  );

  it.each(["ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"])(
    "believes what was seen of the connection with %s, and assumes the worse where nothing was",
    (code) => {
      expect(describeFailure(withCode(code), undefined, false).arrived).toBe(false);
      expect(describeFailure(withCode(code), undefined, true).arrived).toBe(true);
      expect(describeFailure(withCode(code), undefined, undefined).arrived).toBe(true);
    },
  );

  it.each([
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    "ERR_BAD_OPTION",
  ])("knows that %s will not get better, and that nothing was read", (code) => {
    expect(describeFailure(withCode(code), undefined, true)).toMatchObject({
      isHopeless: true,
      arrived: false,
    });
  });

  it("reads Node's error inside of axios' own", () => {
    const wrapped = Object.assign(new Error("Error"), {
      code: "ERR_NETWORK",
      cause: withCode("ENOTFOUND", "getaddrinfo"),
    });
    expect(describeFailure(wrapped, undefined, undefined)).toMatchObject({
      code: "ENOTFOUND",
      message: "getaddrinfo",
    });
  });

  it("names all addresses of a host that refused", () => {
    const all = Object.assign(
      new AggregateError(
        [withCode("ECONNREFUSED", "connect ::1"), withCode("ECONNREFUSED", "connect 127.0.0.1")],
        "",
      ),
      { code: "ECONNREFUSED" },
    );
    const wrapped = Object.assign(new Error(""), { cause: all });
    expect(describeFailure(wrapped, undefined, undefined)).toMatchObject({
      code: "ECONNREFUSED",
      message: "connect ::1; connect 127.0.0.1",
    });
  });

  it("takes whatever is thrown", () => {
    expect(describeFailure("boom", undefined, undefined).message).toBe("boom");
    expect(describeFailure(undefined, "timeout", true)).toMatchObject({ reason: "timeout", code: undefined });
  });
});

describe("judgeFailure", () => {
  const context = {
    method: "GET",
    path: "/wapi/v2.12/network",
    address: "https://grid.example.com",
    attempts: 2,
    timeout: 30_000,
    redactor: new Redactor(["Gr1d-password"]),
  };
  const failure = {
    reason: "connection",
    arrived: false,
    isHopeless: false,
    code: "ECONNREFUSED",
    message: "connect ECONNREFUSED",
  } as const;

  it("says to whom no connection came about, why, and what to check", () => {
    expect(judgeFailure(failure, context)).toMatchObject({
      kind: "unsent",
      error: {
        name: "ConnectionError",
        message: "GET /wapi/v2.12/network: can't connect to https://grid.example.com (connect ECONNREFUSED).",
        hint: "Nothing listens there: check the address and the port.",
        attempts: 2,
        cause: { code: "ECONNREFUSED", message: "connect ECONNREFUSED" },
      },
    });
  });

  it.each([
    [{ arrived: true }, "lost", "ConnectionError"],
    [{ arrived: true, reason: "timeout" }, "lost", "TimeoutError"],
    [{ reason: "timeout" }, "unsent", "TimeoutError"],
    [{ isHopeless: true, code: "CERT_HAS_EXPIRED" }, "refused", "ConnectionError"],
  ] as const)("%o is %s: %s", (own, kind, name) => {
    expect(judgeFailure({ ...failure, ...own }, context)).toMatchObject({ kind, error: { name } });
  });

  it("says of a time-out how long it was, and how to allow more", () => {
    const outcome = judgeFailure({ ...failure, reason: "timeout", arrived: true }, context);
    expect(outcome).toMatchObject({
      error: {
        message: expect.stringContaining("no answer from https://grid.example.com within 30000 ms"),
        hint: expect.stringContaining("timeout"),
      },
    });
  });

  it("keeps secrets out of message and cause", () => {
    const outcome = judgeFailure({ ...failure, message: "proxy said Gr1d-password" }, context);
    const error = "error" in outcome ? outcome.error : undefined;
    expect(`${error?.message} ${error?.cause}`).not.toContain("Gr1d-password");
  });
});
