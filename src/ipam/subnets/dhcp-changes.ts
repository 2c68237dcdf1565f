import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import { listChange } from "../../wapi/list-change.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref, Updatable } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { type SubnetRow, subnetFields } from "../objects/rows.js";
import {
  type DhcpOption,
  isOneOption,
  isSameOptions,
  isSameValue,
  type OptionsRow,
  ownOptions,
  type WireOption,
  wireOption,
} from "../requests/dhcp-options.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DhcpSettings } from "./requests.js";
import { changeSubnet, subnetNow } from "./subnet-change.js";

export type WantedDhcp = Pick<DhcpSettings, "addMembers" | "removeMembers" | "options" | "replace">;

export type DhcpRow = SubnetRow & OptionsRow & { readonly members?: readonly { readonly name?: string }[] };

const fields = [...subnetFields, "options", "use_options", "members"] as const;

export function readDhcp({ ref }: Pick<Subnet, "ref">): Step<DhcpRow> {
  return step.get(ref as Ref<"network">, { fields }) as Step<DhcpRow>;
}

/** The step that changes DHCP settings to the wanted ones, and returns the row after the change. */
export function updateDhcp(
  ref: Ref,
  wanted: WantedDhcp,
  now: DhcpRow | undefined,
  extattrs: { readonly extattrs?: ExtattrsToUpdate },
): Step<DhcpRow> {
  const changes = { ...dhcpChanges(wanted, now), ...extattrs };
  return step.update(ref as Ref<"network">, changes as Updatable<"network">, { fields }) as Step<DhcpRow>;
}

export interface SubnetDhcp extends Subnet {
  readonly row?: DhcpRow;
}

async function dhcpOf(
  settings: IpamSettings,
  subnet: Subnet,
  signal: AbortSignal | undefined,
): Promise<SubnetDhcp> {
  const [row] = await settings.wapi.batch([readDhcp(subnet)], { signal });
  return { ...subnetNow(settings, subnet, row), row };
}

/**
 * Changes a subnet's DHCP settings to the wanted ones, by additions to and removals from its lists. If another caller changes the
 * subnet between read and write, the request fails and the changes are composed anew.
 *
 * @throws {UncertainWriteError} if the outcome cannot be found out
 */
export async function bringDhcp(
  settings: IpamSettings,
  subnet: Subnet,
  wanted: WantedDhcp,
  signal: AbortSignal | undefined,
): Promise<DhcpRow> {
  const known: SubnetDhcp = wanted.options === undefined ? subnet : await dhcpOf(settings, subnet, signal);
  if (known.row !== undefined && dhcpChanges(wanted, known.row) === undefined) return known.row;
  const { row } = await changeSubnet<SubnetDhcp>(settings, known, {
    read: (signal) => dhcpOf(settings, subnet, signal),
    compose: ({ row: now }, ref, extattrs) => ({
      steps: [updateDhcp(ref, wanted, now, extattrs)],
      read: ([changed]) => ({ ...subnet, row: changed as DhcpRow }),
    }),
    isDone: ({ row: now }) => now !== undefined && dhcpChanges(wanted, now) === undefined,
    signal,
  });
  if (row === undefined) throw new RangeError("a change gives the row");
  return row;
}

/**
 * The changes that are needed; `undefined` if there are none.
 *
 * @param now - the subnet as it was read. If it is `undefined`, all given members are added and removed
 */
export function dhcpChanges(wanted: WantedDhcp, now: DhcpRow | undefined): Updatable<SubnetType> | undefined {
  const changes = { ...memberChanges(wanted, now), ...optionChanges(wanted, now) };
  return Object.keys(changes).length === 0 ? undefined : (changes as Updatable<SubnetType>);
}

function memberChanges(
  { addMembers = [], removeMembers = [] }: WantedDhcp,
  now: DhcpRow | undefined,
): object {
  const serves = (name: string) => now?.members?.some((member) => member.name === name) ?? false;
  const add = addMembers.filter((name) => now === undefined || !serves(name));
  const remove = removeMembers.filter((name) => now === undefined || serves(name));
  if (add.length + remove.length === 0) return {};
  const member = (name: string) => ({ _struct: "dhcpmember" as const, name });
  return { members: listChange({ add: add.map(member), remove: remove.map(member) }) };
}

function optionChanges({ options: wanted, replace = false }: WantedDhcp, now: DhcpRow | undefined): object {
  if (wanted === undefined) return {};
  const set = wanted.flatMap((option) => wireOption(option) ?? []);
  // A grid also shows an inherited lease time.
  const isInherited = ({ name, num, use_option }: WireOption) =>
    use_option === false && (name === "dhcp-lease-time" || num === 51);
  const own = now?.use_options ? (now.options ?? []).filter((one) => !isInherited(one)) : [];
  if (replace) {
    const isSo = now?.use_options && isSameOptions(set, ownOptions(now));
    return isSo ? {} : { options: set, use_options: true };
  }
  if (!now?.use_options) return set.length === 0 ? {} : { options: set, use_options: true };
  const remove = own.filter((one) =>
    wanted.some((option) => isMeant(option, one) && !isThe(option, one, own)),
  );
  const add = wanted
    .filter((option) => !own.some((one) => isThe(option, one, own)))
    .flatMap((option) => wireOption(option) ?? []);
  // A removal gives the whole element as it was read, so it cannot remove what another caller has set since.
  // Guess: a grid accepts an element in the form in which it shows it, and compares all of its fields.
  if (add.length + remove.length === 0) return {};
  return { options: listChange({ ...(add.length > 0 && { add }), ...(remove.length > 0 && { remove }) }) };
}

/** Whether an element is the first one that has the wanted option and value. */
function isThe(option: DhcpOption, one: WireOption, own: readonly WireOption[]): boolean {
  const { value } = option;
  const isValued = (other: WireOption) =>
    value !== null && isSameValue({ value }, other) && other.use_option !== false;
  return one === own.find((other) => isMeant(option, other) && isValued(other));
}

/** Whether an element is the wanted option, whatever their values. */
function isMeant(option: DhcpOption, one: WireOption): boolean {
  const wire = wireOption({ ...option, value: "" });
  return wire !== undefined && isOneOption(wire, one);
}
