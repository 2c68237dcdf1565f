import { expect, it } from "vitest";
import { generalized } from "../../../../src/ipam/probe/sentences.js";

it.each([
  ["DUID 00:01:00:01:00:00:00:01 of 2001:db8:11::5: used", "DUID <address> of <address>: used"],
  ["MAC 02:00:00:00:00:01 in 10.0.0.0/24", "MAC <address> in <network>"],
  ["2001:db8:: and 2001:db8::/48", "<address> and <network>"],
  ['Missing: "Our Site"', 'Missing: "<attribute>"'],
  ["Missing: Our Site.", "Missing: <attribute>."],
  ["Our Sites and 5 of them, at HQ", "Our Sites and 5 of them, at <attribute>"],
  ["View scratch pad: probe-7 not found", "View <view>: <name> not found"],
  [`Pattern ${"x".repeat(80)}…: too long`, "Pattern <text>: too long"],
])("a sentence holds nothing of the user's: %s", (text, sentence) => {
  const attributes = ["Our Site", "HQ", "5", "probe"];
  expect(generalized(text, { networkView: "scratch pad", zone: undefined, attributes })).toBe(sentence);
});
