import { describe, expect, it } from "vitest";
import { invalid } from "../../../src/errors.js";
import { Redactor } from "../../../src/transport/redactor.js";

describe("Redactor", () => {
  it("removes a password in any spelling", () => {
    const redactor = new Redactor(['p/"ss wörd!']);
    const text = `plain p/"ss wörd! json ${JSON.stringify('p/"ss wörd!')} url ${encodeURIComponent('p/"ss wörd!')}`;
    expect(redactor.clean(text)).toBe('plain [redacted] json "[redacted]" url [redacted]');
  });

  it("removes the cookie that is in use, at each address", () => {
    const redactor = new Redactor([]);
    const [one, two] = [{}, {}];
    redactor.setCookie(one, "first-session");
    redactor.setCookie(two, "other-session");
    redactor.setCookie(one, "second-session");
    expect(redactor.clean("second-session other-session")).toBe("[redacted] [redacted]");
    redactor.setCookie(one, undefined);
    expect(redactor.clean("second-session")).toBe("second-session");
  });

  it("leaves ordinary words in place, even where one is the password", () => {
    const redactor = new Redactor(["infoblox", "admin"]);
    expect(redactor.clean("Reference member/x:infoblox.localdomain not found")).toBe(
      "Reference member/x:infoblox.localdomain not found",
    );
    expect(redactor.clean("password=infoblox")).toBe("password=[redacted]");
    expect(redactor.clean("password: is-missing")).toBe("password: [redacted]");
    expect(redactor.clean("password: is missing: pass it")).toBe("password: is missing: pass it");
  });

  it.each(["api_key", "authentication_key", "pass_phrase", "shared_secret", "queries_community_string"])(
    "removes what stands behind %s",
    (name) =>
      expect(new Redactor([]).clean(`{"${name}": "a b", "x": 1}`)).toBe(`{"${name}": [redacted], "x": 1}`),
  );

  it.each(["bgp_neighbor_pass", "community", "api_key"])(
    "keeps the value of a wrong %s out of the error",
    (field) => {
      const error = invalid(field, "a-b-c", "must be something else", "x");
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("a-b-c");
    },
  );

  it("takes half a character in a password", () => {
    expect(new Redactor(["secret-\ud800-1"]).clean("fine")).toBe("fine");
  });
});
