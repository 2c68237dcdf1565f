import { formatAddress, parseAddress } from "../../cidr.js";

/** DHCP options as objects of the grid have them, and what they mean. */

/** An option on the wire. */
export interface WireOption {
  readonly name?: string;
  readonly num?: number;
  readonly value?: string;
  readonly vendor_class?: string;
  readonly use_option?: boolean;
}

/** An object that has options. */
export interface OptionsRow {
  readonly options?: readonly WireOption[];
  /** `false`: none of its own counts. */
  readonly use_options?: boolean;
}

/** An option as requests write it. */
export interface WantedOption {
  readonly name?: string | undefined;
  readonly num?: number | undefined;
  readonly value: string | null;
  readonly vendorClass?: string | undefined;
}

/** Options that are off without their switch, with their numbers; all others can't have one. */
const switched = new Map<string, number | undefined>([
  ["routers", 3],
  ["router-templates", undefined],
  ["domain-name-servers", 6],
  ["domain-name", 15],
  ["broadcast-address", 28],
  ["broadcast-address-offset", undefined],
  ["dhcp-lease-time", 51],
  ["dhcp6.name-servers", undefined],
]);
const switchedNumbers: ReadonlySet<number | undefined> = new Set(
  [...switched.values()].filter((num) => num !== undefined),
);

/** How grids spell the class of standard options; IPv6 has one of its own. Guess: which one. */
const standardClasses: readonly unknown[] = ["DHCP", "DHCPv6", "DHCP6", undefined];

/** An option as a grid takes it; `undefined` for one that shall not be there. */
export function wireOption({ name, num, value, vendorClass }: WantedOption): WireOption | undefined {
  if (value === null) return undefined;
  const isStandard = vendorClass === undefined || vendorClass === "DHCP";
  const isSwitched = name === undefined ? isStandard && switchedNumbers.has(num) : switched.has(name);
  return {
    ...(name !== undefined && { name }),
    ...(num !== undefined && { num }),
    value,
    ...(vendorClass !== undefined && { vendor_class: vendorClass }),
    ...(isSwitched && { use_option: true }),
  };
}

/** The options of its own that count: without those that are shown though they come from above, or are off. */
export function ownOptions({ options = [], use_options }: OptionsRow): readonly WireOption[] {
  return use_options === false ? [] : options.filter(({ use_option }) => use_option !== false);
}

/** Whether two lists say the same: each option once, by name or number, in any order. */
export function isSameOptions(one: readonly WireOption[], other: readonly WireOption[]): boolean {
  const left = [...other];
  for (const option of one) {
    const found = left.findIndex(
      (candidate) => isOneOption(option, candidate) && isSameValue(option, candidate),
    );
    if (found < 0) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}

/** Whether both are of one kind, whatever their values. */
export function isOneOption(one: WireOption, other: WireOption): boolean {
  const classes = [one.vendor_class, other.vendor_class];
  const isOneClass = classes.every((name) => standardClasses.includes(name)) || classes[0] === classes[1];
  if (!isOneClass) return false;
  return (
    (one.name !== undefined && one.name === other.name) || (one.num !== undefined && one.num === other.num)
  );
}

/** Lists of addresses are the same with blanks between them or without. */
export function isSameValue({ value: one }: WireOption, { value: other }: WireOption): boolean {
  return one === other || (one !== undefined && other !== undefined && plain(one) === plain(other));
}

function plain(value: string): string {
  const addresses = value.split(",").map((part) => parseAddress(part.trim()));
  return addresses.every((address) => address !== undefined)
    ? addresses.map((address) => formatAddress(address)).join(",")
    : value;
}
