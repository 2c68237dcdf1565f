import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { messageFor } from "../../../src/cli/wording.js";
import { InfobloxError, invalid, OwnershipError } from "../../../src/errors.js";
import { phrase } from "../../../src/phrase.js";

const command = new Command("show")
  .argument("<cidr>")
  .argument("<range>")
  .option("--alias <name>")
  .option("--from-ipv6 <subnet>")
  .option("--prefix-length <bits>")
  .option("--attribute <name=value>")
  .option("--user <name>");

describe("what the library says, on the command line", () => {
  it.each([
    ["an option", "prefixLength", "--prefix-length: "],
    ["an option of another name", "extattrs", "--attribute: "],
    ["a name to log in with", "username", "--user: "],
    ["the argument", "target", "<cidr>: "],
    ["one of several", "aliases[0]", "--alias: "],
    ["one of a family", "from.ipv6", "--from-ipv6: "],
    ["a part of an argument", "last", "<range>: "],
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

  it("speaks of flags where the library speaks of options, and of nothing twice", () => {
    const hint = phrase({ term: "force" }, " to release it all the same.");
    const error = new OwnershipError("It is ci's.", { object: "10.0.0.0/24", hint });
    expect([error.message, error.hint]).toEqual([
      "It is ci's.",
      "Pass force: true to release it all the same.",
    ]);
    expect(String(error)).toBe("OwnershipError: It is ci's. Pass force: true to release it all the same.");
    expect(messageFor(error, command)).toBe("It is ci's. Pass --force to release it all the same.");
  });

  it("changes nothing in what somebody else has said, however it looks", () => {
    const comment = "pass cascade: true, dnsView, which this Ipam marks its objects with";
    const said = `The grid says: ${comment}.`;
    expect(messageFor(new InfobloxError(said), command)).toBe(said);
    expect(messageFor(invalid("comment", comment, "is wrong", undefined), command)).toContain(comment);
  });
});
