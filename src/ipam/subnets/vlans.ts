import { invalid, isInfobloxError, NotFoundError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import { nextAvailableVlanId } from "../../wapi/next-available.js";
import { step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { writtenOnce } from "../once/lost-answers.js";
import type { SubnetType } from "../results.js";
import type { IpamSettings } from "../settings.js";
import type { AssignedVlan, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
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
  const parent = step.find("vlanview", { where: { name: view }, fields: ["name"], limit: 1 });
  const vlan =
    id === undefined
      ? step.create(
          "vlan",
          { name: name ?? "", parent: parent.ref, id: nextAvailableVlanId({ in: parent.ref }) },
          { fields: vlanFields },
        )
      : step.find("vlan", { where: { id, parent: parent.ref }, fields: vlanFields, limit: 1 });
  const assign = step.update(
    subnet.ref as Ref<SubnetType>,
    { vlans: listChange({ add: [{ vlan: vlan.ref as Ref<"vlan"> }] }) },
    { fields: ["network"] },
  );
  try {
    return await writtenOnce(settings, {
      write: async () => {
        const [, found] = await settings.wapi.batch([parent, vlan, assign], { signal });
        const row = Array.isArray(found) ? found[0] : found;
        return { id: row?.id ?? id ?? 0, name: row?.name, ref: row?._ref ?? "" };
      },
      // Both are made by one request or neither is, so a new VLAN that isn't here is nowhere.
      look: async () => {
        const vlans = await vlansOf(settings, subnet.ref, signal);
        const found = vlans.find((one) => (id === undefined ? one.name === name : one.id === id));
        return found && { id: found.id ?? id ?? 0, name: found.name, ref: String(found.vlan ?? "") };
      },
      lookFor: `Look whether ${subnet.cidr} has the VLAN ${id ?? name} by now.`,
      signal,
    });
  } catch (error) {
    throw await explained(settings, error, { view, id });
  }
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
  const { wapi } = settings;
  const assigned = async () =>
    (await vlansOf(settings, subnet.ref, signal)).flatMap(({ id: one, vlan }) =>
      one === id && vlan !== undefined ? [{ vlan }] : [],
    );
  const remove = await assigned();
  if (remove.length === 0) return;
  await writtenOnce(settings, {
    write: async () => {
      const ref = subnet.ref as Ref<SubnetType>;
      await wapi.update(ref, { vlans: listChange({ remove }) }, { fields: ["network"], signal });
      return true;
    },
    look: async () => ((await assigned()).length === 0 ? true : undefined),
    lookFor: `Look whether ${subnet.cidr} has VLAN ${id} still; to repeat the call is safe.`,
    signal,
  });
}

async function vlansOf({ wapi }: IpamSettings, ref: string, signal: AbortSignal | undefined) {
  const { vlans = [] } = await wapi.get(ref as Ref<SubnetType>, { fields: ["vlans"], signal });
  return vlans;
}

/** A search that finds nothing fails the request where later steps use what it finds; the grid doesn't say which. */
async function explained(
  { wapi }: IpamSettings,
  error: unknown,
  { view, id }: { readonly view: string; readonly id: number | undefined },
): Promise<unknown> {
  if (!isInfobloxError(error, "WapiError") || error.status === 0 || error.status >= 500) return error;
  const views = await wapi
    .find("vlanview", { where: { name: view }, fields: ["name"], limit: 1 })
    .catch(() => undefined);
  const [found] = views ?? [];
  const { status, code, text, method, path } = error;
  const details = { status, code, text, method, path, cause: error };
  if (views !== undefined && found === undefined) {
    return new NotFoundError(`There is no VLAN view "${view}"; nothing was changed.`, details);
  }
  if (found === undefined || id === undefined) return error;
  const vlans = await wapi
    .find("vlan", { where: { id, parent: found._ref }, fields: ["id"], limit: 1 })
    .catch(() => undefined);
  if (vlans?.length !== 0) return error;
  const hint = "Leave id out, and give a name, to make the next free one.";
  return new NotFoundError(`There is no VLAN ${id} in VLAN view "${view}"; nothing was changed.`, {
    ...details,
    hint,
  });
}
