/**
 * Checks the values of standard DHCP options: their number, and addresses for address options. Ansible's modules leave
 * both checks to the grid. Guess option-value-sentences (open; asks badOptionValueIsRefused): the sentences.
 */

import { parseAddress } from "../../cidr.js";
import { invalidValue } from "../model/answers.js";
import type { JsonObject } from "../store/entity.js";

/** Options whose value is a list of addresses, by family and number. */
const addressLists = {
  4: [3, 4, 5, 6, 7, 8, 9, 10, 11, 28, 41, 42, 44, 45, 48, 49, 65, 68, 69, 70, 71, 72, 73, 74, 75, 76, 150],
  6: [22, 23, 27, 28, 31, 34],
} as const;

/** Options whose value is a whole number of seconds. */
const durations = { 4: [51], 6: [] } as const;

/** Refuses a standard option whose number or value is wrong. `standardNumber` is the number of its name. */
export function checkOption(option: JsonObject, standardNumber: number | undefined, family: 4 | 6): void {
  const { name = "", num = 0, value } = option;
  if (standardNumber !== undefined && num !== standardNumber) {
    throw invalidValue("num", num, `The number of option ${String(name)} is ${standardNumber}`);
  }
  if (typeof value !== "string" || value === "") return;
  if (includes(addressLists[family], num)) checkAddresses(value, family);
  if (includes(durations[family], num) && !/^\d+$/.test(value)) {
    throw invalidValue("value", value, "Invalid value, must be an integer between 0 and 4294967295");
  }
}

function includes(numbers: readonly number[], num: unknown): boolean {
  return typeof num === "number" && numbers.includes(num);
}

function checkAddresses(value: string, family: 4 | 6): void {
  const wrong = value.split(",").some((text) => parseAddress(text.trim())?.family !== family);
  if (wrong) throw invalidValue("value", value, "Invalid IP address");
}
