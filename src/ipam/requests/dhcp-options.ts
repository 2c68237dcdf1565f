import { formatAddress, parseAddress } from "../../cidr.js";

export interface WireOption {
  readonly name?: string;
  readonly num?: number;
  readonly value?: string;
  readonly vendor_class?: string;
  readonly use_option?: boolean;
}

export interface OptionsRow {
  readonly options?: readonly WireOption[];
  /** `false` if none of its own options applies. */
  readonly use_options?: boolean;
}

/** A DHCP option, by its name or its number. */
export interface NewDhcpOption {
  readonly name?: string | undefined;
  readonly num?: number | undefined;
  readonly value: string;
  /** Default: `"DHCP"`, or `"DHCPv6"` for IPv6. */
  readonly vendorClass?: string | undefined;
}

/** A change of a DHCP option, by its name or its number. */
export interface DhcpOption extends Omit<NewDhcpOption, "value"> {
  /** `null` removes the option. */
  readonly value: string | null;
}

/** Options that are off unless `use_option` is set, with their numbers. A grid refuses `use_option` for all others. */
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

/** The names of the class of standard options. IPv6 has its own. Guess: its name. */
const standardClasses: readonly unknown[] = ["DHCP", "DHCPv6", "DHCP6", undefined];

/** The option as WAPI takes it; `undefined` if it is to be removed. */
export function wireOption({ name, num, value, vendorClass }: DhcpOption): WireOption | undefined {
  if (value === null) return undefined;
  const isStandard = vendorClass === undefined || vendorClass === "DHCP";
  const isSwitchedNumber = num !== undefined && [...switched.values()].includes(num);
  const isSwitched = name === undefined ? isStandard && isSwitchedNumber : switched.has(name);
  return {
    ...(name !== undefined && { name }),
    ...(num !== undefined && { num }),
    value,
    ...(vendorClass !== undefined && { vendor_class: vendorClass }),
    ...(isSwitched && { use_option: true }),
  };
}

/** The object's own options that apply. The grid also shows inherited options and those that are off; they are left out. */
export function ownOptions({ options = [], use_options }: OptionsRow): readonly WireOption[] {
  return use_options === false ? [] : options.filter(({ use_option }) => use_option !== false);
}

export const routers: WireOption = { name: "routers", num: 3, vendor_class: "DHCP" };

/** The value of an object's own DHCP option `routers`. */
export function routersIn(row: OptionsRow): string | undefined {
  return ownOptions(row).find((option) => isOneOption(routers, option))?.value;
}

/** Whether two lists have the same options in any order, each named by name or number. */
export function isSameOptions(one: readonly WireOption[], other: readonly WireOption[]): boolean {
  const left = [...other];
  for (const option of one) {
    const found = left.findIndex((other) => isOneOption(option, other) && isSameValue(option, other));
    if (found < 0) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}

/** Whether both are the same option. Their values may differ. */
export function isOneOption(one: WireOption, other: WireOption): boolean {
  const classes = [one.vendor_class, other.vendor_class];
  const isOneClass = classes.every((name) => standardClasses.includes(name)) || classes[0] === classes[1];
  const isOneName = one.name !== undefined && one.name === other.name;
  return isOneClass && (isOneName || (one.num !== undefined && one.num === other.num));
}

/** Whether two options have the same value. Blanks between addresses do not matter. */
export function isSameValue({ value: one }: WireOption, { value: other }: WireOption): boolean {
  return one === other || (one !== undefined && other !== undefined && plain(one) === plain(other));
}

function plain(value: string): string {
  const addresses = value.split(",").map((part) => parseAddress(part.trim()));
  return addresses.every((address) => address !== undefined)
    ? addresses.map((address) => formatAddress(address)).join(",")
    : value;
}
