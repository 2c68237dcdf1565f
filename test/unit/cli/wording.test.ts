import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { codeWords, messageFor } from "../../../src/cli/wording.js";
import { invalid, OwnershipError } from "../../../src/errors.js";

const command = new Command("show")
  .argument("<cidr>")
  .option("--prefix-length <bits>")
  .option("--attribute <name=value>")
  .option("--user <name>");

const source = join(import.meta.dirname, "../../../src");
const library = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => /^(ipam|wapi|transport)\b.*\.ts$/.test(file))
  .map((file) => readFileSync(join(source, file), "utf8"))
  .join("\n");

describe("what the library says, on the command line", () => {
  it.each([
    ["an option", "prefixLength", "--prefix-length: "],
    ["an option of another name", "extattrs", "--attribute: "],
    ["a name to log in with", "username", "--user: "],
    ["the argument", "target", "<cidr>: "],
    ["what no flag stands for", "retries", "retries: "],
  ])("names %s by its flag", (_what, field, begins) => {
    expect(messageFor(invalid(field, 33, "is wrong", 24), command)).toBe(
      `${begins}is wrong (got 33; valid: 24)`,
    );
  });

  it("doesn't say that undefined was typed", () => {
    expect(messageFor(invalid("prefixLength", undefined, "is needed", 24), command)).toBe(
      "--prefix-length: is needed (e.g. 24)",
    );
  });

  it("speaks of flags where the library speaks of options", () => {
    const details = { object: "10.0.0.0/24", hint: "Pass force: true to release it all the same." };
    expect(messageFor(new OwnershipError("It is ci's.", details), command)).toBe(
      "It is ci's. Pass --force to release it all the same.",
    );
  });

  it.each(codeWords.map(([ofCode]) => ({ ofCode })))("the library still says: $ofCode", ({ ofCode }) => {
    expect(library.replaceAll('\\"', '"')).toContain(ofCode);
  });
});
