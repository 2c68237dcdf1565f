import { invalid, isInfobloxError, NotFoundError, refusalDetails } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import { nextAvailableVlanId } from "../../wapi/next-available.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref, Updatable } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { type SubnetRow, subnetFields } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AssignedVlan, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, subnetNow } from "./subnet-change.js";
import { subnetToChange } from "./subnet-target.js";

const vlanFields = ["id", "name"] as const;

/** See `Subnets.assignVlan`. */
export async function assignVlan(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<AssignedVlan> {
  const options = await checkSubnetRequest("assignVlan", request);
  const { view, id, name, signal } = options;
  if (id === undefined && name === undefined) {
    throw invalid("name", name, "is needed for a new VLAN, unless id names one that exists", "blue");
  }
  const { subnet } = await subnetToChange(settings, target, options);
  try {
    if (id !== undefined) return await assignExisting(settings, subnet, view, id, signal);
    return await assignNew(settings, subnet, view, name ?? "", signal);
  } catch (error) {
    throw await explained(settings, error, view);
  }
}

/** One request reads the VLAN and those that the subnet has: the grid takes an entry of the list twice. */
async function assignExisting(
  settings: IpamSettings,
  subnet: Subnet,
  view: string,
  id: number,
  signal: AbortSignal | undefined,
): Promise<AssignedVlan> {
  const parent = vlanView(view);
  const [, vlans, row] = await settings.wapi.batch(
    [
      parent,
      step.find("vlan", { where: { id, parent: parent.ref }, fields: vlanFields, limit: 1 }),
      step.get(subnet.ref as Ref<"network">, { fields: [...subnetFields, "vlans"] }),
    ],
    { signal },
  );
  const [meant] = vlans;
  if (meant === undefined) throw noVlan(view, id);
  const isAssigned = (vlans: readonly VlanOfSubnet[]) => vlans.some(({ vlan }) => vlan === meant._ref);
  await changeVlans(settings, vlansOf(settings, subnet, row), {
    // Another caller may have assigned it since.
    changes: (vlans) => (isAssigned(vlans) ? {} : { vlans: listChange({ add: [{ vlan: meant._ref }] }) }),
    isDone: isAssigned,
    signal,
  });
  return { id, name: meant.name, ref: meant._ref };
}

interface VlanChange {
  readonly changes: (vlans: readonly VlanOfSubnet[]) => Updatable<SubnetType>;
  readonly isDone: (vlans: readonly VlanOfSubnet[]) => boolean;
  /** Steps of the same request that come before the change. */
  readonly before?: readonly Step<unknown>[];
  /** The VLANs after the change, by the answers of its request. */
  readonly read?: (answers: readonly unknown[]) => readonly VlanOfSubnet[];
  readonly signal: AbortSignal | undefined;
}

/** Changes the VLANs of a subnet, unless that is done. */
async function changeVlans(
  settings: IpamSettings,
  subnet: SubnetVlans,
  { before = [], read = () => [], signal, ...change }: VlanChange,
): Promise<SubnetVlans> {
  const isDone = ({ vlans = [] }: SubnetVlans) => change.isDone(vlans);
  if (isDone(subnet)) return subnet;
  return changeSubnet<SubnetVlans>(settings, subnet, {
    read: (signal) => subnetVlans(settings, subnet, signal),
    compose: ({ vlans = [] }, ref, extattrs) => {
      const changes = { ...change.changes(vlans), ...extattrs };
      return {
        steps: [...before, step.update(ref as Ref<SubnetType>, changes, { fields: ["network"] })],
        read: (answers) => ({ ...subnet, vlans: read(answers) }),
      };
    },
    isDone,
    signal,
  });
}

async function assignNew(
  settings: IpamSettings,
  subnet: Subnet,
  view: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<AssignedVlan> {
  const parent = vlanView(view);
  const next = { name, parent: parent.ref, id: nextAvailableVlanId({ in: parent.ref }) };
  const vlan = step.create("vlan", next, { fields: vlanFields });
  const isMeant = (one: VlanOfSubnet) => one.name === name;
  const { vlans = [] } = await changeVlans(settings, subnet, {
    before: [parent, vlan],
    changes: () => ({ vlans: listChange({ add: [{ vlan: vlan.ref }] }) }),
    read: ([, created]) => {
      const { _ref, id, name: given = name } = created as { _ref: string; id?: number; name?: string };
      return [{ id, name: given, vlan: _ref }];
    },
    isDone: (vlans) => vlans.some(isMeant),
    signal,
  });
  const found = vlans.find(isMeant);
  return { id: found?.id ?? 0, name: found?.name, ref: String(found?.vlan ?? "") };
}

function vlanView(name: string) {
  return step.find("vlanview", { where: { name }, fields: ["name"], limit: 1 });
}

/** See `Subnets.unassignVlan`. */
export async function unassignVlan(
  settings: IpamSettings,
  target: SubnetToChange,
  id: number,
  given: unknown,
): Promise<void> {
  const options = await checkSubnetRequest("unassignVlan", { ...Object(given), id });
  const { signal } = options;
  const { subnet } = await subnetToChange(settings, target, options);
  const meant = (vlans: readonly VlanOfSubnet[]) =>
    vlans.flatMap(({ id: own, vlan }) => (own === id && vlan ? [{ vlan: vlan as Ref<"vlan"> }] : []));
  await changeVlans(settings, await subnetVlans(settings, subnet, signal), {
    changes: (vlans) => ({ vlans: listChange({ remove: meant(vlans) }) }),
    isDone: (vlans) => meant(vlans).length === 0,
    signal,
  });
}

/** A VLAN in the field `vlans` of a subnet. */
interface VlanOfSubnet {
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly vlan?: string | undefined;
}

interface SubnetVlans extends Subnet {
  readonly vlans?: readonly VlanOfSubnet[];
}

async function subnetVlans(
  settings: IpamSettings,
  subnet: Subnet,
  signal: AbortSignal | undefined,
): Promise<SubnetVlans> {
  const { wapi } = settings;
  const ref = subnet.ref as Ref<"network">;
  return vlansOf(settings, subnet, await wapi.get(ref, { fields: [...subnetFields, "vlans"], signal }));
}

function vlansOf(
  settings: IpamSettings,
  subnet: Subnet,
  row: SubnetRow & { readonly vlans?: readonly object[] },
): SubnetVlans {
  return { ...subnetNow(settings, subnet, row), vlans: (row.vlans ?? []) as readonly VlanOfSubnet[] };
}

function noVlan(view: string, id: number): NotFoundError {
  return new NotFoundError(`There is no VLAN ${id} in VLAN view "${view}"; nothing was changed.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "vlan" },
    hint: "To make a new VLAN, leave id out and pass a name.",
  });
}

/** Explains a refusal: a search that found nothing fails the request, and the grid does not say which. */
async function explained({ wapi }: IpamSettings, error: unknown, view: string): Promise<unknown> {
  if (!isInfobloxError(error, "WapiError") || error.status === 0 || error.status >= 500) return error;
  const views = await wapi
    .find("vlanview", { where: { name: view }, fields: ["name"], limit: 1 })
    .catch(() => undefined);
  if (views?.length !== 0) return error;
  return new NotFoundError(`There is no VLAN view "${view}"; nothing was changed.`, refusalDetails(error));
}
