import { describe, expect, it } from "vitest";
import { wordingOf } from "../../../../src/grid/controls/wording.js";
import { FakeGrid } from "../../../../src/grid/index.js";
import { probe } from "../../../../src/ipam/probe/probe.js";
import { WapiClient } from "../../../../src/wapi/client.js";

describe("the words of another grid", () => {
  it.each([
    [
      "networkExists",
      "There is <network> already.",
      "The network 10.0.0.0/24 already exists.  Select another network.",
      "There is 10.0.0.0/24 already.",
    ],
    [
      "addressInUse",
      "<address> (<address>, <view>) is taken",
      "The IP address 10.0.0.5 is already in use by 10.0.0.5/default.",
      "10.0.0.5 (10.0.0.5, default) is taken",
    ],
    [
      "addressesExhausted",
      "No <count> left",
      "Cannot find 3 available IP address(es) in this network.",
      "No 3 left",
    ],
    [
      "referenceGone",
      "Gone: <reference> <other>",
      "Reference network/abc:x not found",
      "Gone: network/abc:x <other>",
    ],
  ])("are filled in: %s", (cause, theirs, text, expected) => {
    expect(wordingOf({ [cause]: theirs })(text)).toBe(expected);
    expect(wordingOf()(text)).toBe(text);
    expect(wordingOf({ [cause]: theirs })(`Not ${text}`)).toBe(`Not ${text}`);
  });

  it("are what a probe finds on a grid that is like the other", async () => {
    const sentences: Record<string, string> = {
      addressesExhausted: "Nothing is left in here.",
      networksExhausted: "No block is left in here.",
      networkExists: "There is <network> already.",
      addressInUse: "<address> is taken.",
      addressOutsideNetworks: "Nobody knows that address.",
      networkMissing: "There is no <network> in <view>.",
      networkViewMissing: "There is no view <name>.",
      zoneMissing: "There is no zone for that.",
      reverseZoneMissing: "There is no reverse zone for that.",
      referenceGone: "<reference> is gone.",
      stateEmpty: "Nothing is in <state>.",
      tooManyFound: "That is more than wanted.",
      attributeUnknown: "There is no attribute <name>.",
      hostExists: "<name> is there already.",
    };
    const like = { facts: {}, sentences };
    const grid = FakeGrid.inMemory({ like });
    const profile = await probe(new WapiClient({ ...grid.clientOptions, maxRetries: 0 }), {
      zone: "probe.example.com",
    });
    expect(profile.sentences).toMatchObject(sentences);
  });
});
