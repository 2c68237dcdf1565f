import { InvalidRequestError } from "infoblox-ipam";
import { expect, it } from "vitest";

// Taking secrets out looked for the end of a URL's scheme from every letter on: hours for a text of this length.
it("makes an error about a word of two million letters at once, and still takes a URL's password out", () => {
  const { message } = new InvalidRequestError(`${"x".repeat(2_000_000)} https://admin:Gr1d-password@grid/`);
  expect(message.endsWith(" https://[redacted]@grid/")).toBe(true);
});
