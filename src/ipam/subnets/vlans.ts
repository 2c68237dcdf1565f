import { invalid, isInfobloxError, NotFoundError, refusalDetails } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import { nextAvailableVlanId } from "../../wapi/next-available.js";
import { step } from "../../wapi/step.js";
import type { Ref, Updatable } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AssignedVlan, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, sameSubnet } from "./subnet-change.js";
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
    if (id !== undefined) return await assignExisting(settings, subnet, { view, id, signal });
    return await assignNew(settings, subnet, { view, name: name ?? "", signal });
  } catch (error) {
    throw await explained(settings, error, view);
  }
}

/** One request reads the VLAN and those that the subnet has: the grid takes an entry of the list twice. */
async function assignExisting(
  settings: IpamSettings,
  subnet: Subnet,
  options: { readonly view: string; readonly id: number; readonly signal: AbortSignal | undefined },
): Promise<AssignedVlan> {
  const { view, id, signal } = options;
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
  const isMeant = ({ vlan }: VlanOfSubnet) => vlan === meant._ref;
  const now = vlansOf(settings, subnet, row);
  if (!now.vlans?.some(isMeant)) {
    await changeSubnet<SubnetVlans>(settings, now, {
      read: (signal) => subnetVlans(settings, subnet, signal),
      compose: ({ vlans = [] }, ref, extattrs) => {
        // Another caller may have assigned it since.
        const changes: Updatable<SubnetType> = {
          ...(!vlans.some(isMeant) && { vlans: listChange({ add: [{ vlan: meant._ref }] }) }),
          ...extattrs,
        };
        return {
          steps: [step.update(ref as Ref<SubnetType>, changes, { fields: ["network"] })],
          read: () => now,
        };
      },
      isDone: ({ vlans = [] }) => vlans.some(isMeant),
      signal,
    });
  }
  return { id, name: meant.name, ref: meant._ref };
}

async function assignNew(
  settings: IpamSettings,
  subnet: Subnet,
  options: { readonly view: string; readonly name: string; readonly signal: AbortSignal | undefined },
): Promise<AssignedVlan> {
  const { view, name, signal } = options;
  const parent = vlanView(view);
  const vlan = step.create(
    "vlan",
    { name, parent: parent.ref, id: nextAvailableVlanId({ in: parent.ref }) },
    { fields: vlanFields },
  );
  const isMeant = (one: VlanOfSubnet) => one.name === name;
  const { vlans = [] } = await changeSubnet<SubnetVlans>(settings, subnet, {
    read: (signal) => subnetVlans(settings, subnet, signal),
    compose: (_now, ref, extattrs) => ({
      steps: [
        parent,
        vlan,
        step.update(
          ref as Ref<SubnetType>,
          { vlans: listChange({ add: [{ vlan: vlan.ref }] }), ...extattrs },
          { fields: ["network"] },
        ),
      ],
      read: ([, created]) => {
        const { _ref, id, name: given = name } = created as { _ref: string; id?: number; name?: string };
        return { ...subnet, vlans: [{ id, name: given, vlan: _ref }] };
      },
    }),
    isDone: ({ vlans = [] }) => vlans.some(isMeant),
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
  const isMeant = (one: VlanOfSubnet) => one.id === id && one.vlan !== undefined;
  const now = await subnetVlans(settings, subnet, signal);
  if (!now.vlans?.some(isMeant)) return;
  await changeSubnet<SubnetVlans>(settings, now, {
    read: (signal) => subnetVlans(settings, subnet, signal),
    compose: ({ vlans = [] }, ref, extattrs) => {
      const remove = vlans.filter(isMeant).map(({ vlan }) => ({ vlan: vlan as Ref<"vlan"> }));
      const changes: Updatable<SubnetType> = { vlans: listChange({ remove }), ...extattrs };
      return {
        steps: [step.update(ref as Ref<SubnetType>, changes, { fields: ["network"] })],
        read: () => ({ ...subnet, vlans: [] }),
      };
    },
    isDone: ({ vlans = [] }) => !vlans.some(isMeant),
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
  const now = subnetOf(row, false, settings.ownership.expiryAttribute, subnet.gateway);
  return { ...sameSubnet(settings, subnet, now), vlans: (row.vlans ?? []) as readonly VlanOfSubnet[] };
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
