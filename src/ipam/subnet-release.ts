import { type Block, type Family, formatBlock, parseBlock } from "../cidr.js";
import { ConflictError, invalid, isInfobloxError, SubnetInUseError } from "../errors.js";
import type { ExtensibleAttributes } from "../wapi/extattrs.js";
import type { Ref } from "../wapi/ref.js";
import { parseRef } from "../wapi/ref.js";
import { step } from "../wapi/step.js";
import { findGateway, gatewayIp } from "./gateway.js";
import { findUsed, inTheWay, type UsedRow } from "./in-use.js";
import { findRequestedSubnet } from "./request-ids.js";
import { checkRequest } from "./request-schemas.js";
import type { SubnetReleaseOptions, SubnetTarget } from "./requests.js";
import type { Release, SubnetType } from "./results.js";
import { type SubnetRow, subnetFields } from "./rows.js";
import type { IpamSettings } from "./settings.js";
import { checkedBlock } from "./syntax.js";
import { cidrInRef, holderType, networkViewInRef } from "./targets.js";

const gone: Release = { released: false, reason: "gone" };
const example = "10.0.7.0/24";

/** What was named: a reference, perhaps with what is known of the subnet, or a CIDR. */
type Meaning = KnownRef | { readonly kind: "cidr"; readonly block: Block };

interface KnownRef {
  readonly kind: "ref";
  readonly ref: Ref<SubnetType>;
  /** Of a result, which says who made the subnet. */
  readonly marks?: { readonly comment?: string | undefined; readonly extattrs?: ExtensibleAttributes };
}

/** What a subnet holds. */
interface Contents {
  readonly row: SubnetRow | undefined;
  readonly used: readonly UsedRow[];
  readonly gateway: string | undefined;
}

/**
 * See `Ipam.releaseSubnet`.
 *
 * A grid deletes a subnet with all that is in it, and can't be told not to. So what is in it is looked at first, in
 * one request; an address that is taken between that and the delete goes with the subnet.
 */
export async function releaseSubnet(
  settings: IpamSettings,
  target: SubnetTarget,
  given: unknown,
): Promise<Release> {
  const options: SubnetReleaseOptions = await checkRequest("releaseSubnet", given);
  const { cascade, signal } = options;
  const { networkView = settings.networkView } = options;
  const meant = await meaningOf(settings, target, networkView, signal);
  if (meant === undefined) return gone;
  if (cascade && isPermitted(settings, meant, options)) return remove(settings, meant.ref, signal);
  const { row, used, gateway } =
    meant.kind === "ref"
      ? await contentsOfRef(settings, meant.ref, networkView, signal)
      : await contentsOfCidr(settings, meant.block, networkView, signal);
  if (row === undefined) return gone;
  const cidr = row.network ?? row._ref;
  if (!options.force) settings.ownership.refuseForeign(row, cidr);
  if (!cascade) refuseUsed(cidr, inTheWay(used, gateway));
  return remove(settings, row._ref, signal);
}

async function meaningOf(
  settings: IpamSettings,
  target: SubnetTarget,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Meaning | undefined> {
  if (typeof target === "string") {
    return parseRef(target) !== undefined && parseBlock(target) === undefined
      ? { kind: "ref", ref: checkedRef(target) }
      : { kind: "cidr", block: checkedBlock("target", target) };
  }
  if (typeof target !== "object" || target === null) {
    throw invalid("target", target, "must be a result, a CIDR or a reference", example);
  }
  if ("ref" in target) {
    const ref = checkedRef(target.ref);
    return "extattrs" in target ? { kind: "ref", ref, marks: target } : { kind: "ref", ref };
  }
  if ("cidr" in target) return { kind: "cidr", block: checkedBlock("cidr", target.cidr) };
  if ("requestId" in target) return requestedSubnet(settings, target.requestId, networkView, signal);
  throw invalid("target", target, "names nothing to release", { cidr: example });
}

/** A request id says nothing of the family. */
async function requestedSubnet(
  settings: IpamSettings,
  requestId: string,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<KnownRef | undefined> {
  if (typeof requestId !== "string" || requestId === "") {
    throw invalid("requestId", requestId, "must not be empty", "deploy-42/blue");
  }
  for (const family of [4, 6] as const) {
    const subnet = await findRequestedSubnet(settings, { requestId, family, networkView, signal });
    if (subnet !== undefined) return { kind: "ref", ref: subnet.ref, marks: subnet };
  }
  return undefined;
}

function checkedRef(text: unknown): Ref<SubnetType> {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (type === "network" || type === "ipv6network") return text as Ref<SubnetType>;
  const problem = type === undefined ? "not a reference" : `refers to a ${type}, not to a subnet`;
  throw invalid("ref", text, problem, "network/ZG5z…:10.0.7.0/24/default");
}

/** Whether it is known, without asking, that this may be deleted with all that is in it. */
function isPermitted(
  { ownership }: IpamSettings,
  meant: Meaning,
  { force }: SubnetReleaseOptions,
): meant is KnownRef {
  if (meant.kind !== "ref") return false;
  if (force || !ownership.marks) return true;
  if (meant.marks === undefined) return false;
  ownership.refuseForeign(meant.marks, meant.ref);
  return true;
}

async function contentsOfRef(
  settings: IpamSettings,
  ref: Ref<SubnetType>,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Contents> {
  const family = familyOf(ref);
  const net = step.get(ref, { fields: subnetFields });
  const [network, view] = [net.value("network"), net.value("network_view")];
  try {
    const [row, used, [gateway]] = await settings.wapi.batch(
      [net, findUsed(family, network, view), findGateway(family, network, view)],
      { signal },
    );
    return { row, used, gateway: gatewayIp(gateway) };
  } catch (error) {
    if (!isInfobloxError(error, "NotFoundError")) throw error;
    // Gone, or divided into subnets, which makes another object of it.
    const block = parseBlock(cidrInRef(ref) ?? "");
    return block === undefined
      ? { row: undefined, used: [], gateway: undefined }
      : contentsOfCidr(settings, block, networkViewInRef(ref) ?? networkView, signal).then((found) => ({
          ...found,
          row: undefined,
        }));
  }
}

async function contentsOfCidr(
  { wapi }: IpamSettings,
  block: Block,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Contents> {
  const { family } = block;
  const network = formatBlock(block);
  const where = { network, network_view: networkView };
  const [[row], containers, used, [gateway]] = await wapi.batch(
    [
      step.find(holderType("network", family), { where, fields: subnetFields, limit: 1 }),
      step.find(holderType("container", family), { where, fields: ["network"], limit: 1 }),
      findUsed(family, network, networkView),
      findGateway(family, network, networkView),
    ],
    { signal },
  );
  const [container] = containers;
  if (container === undefined) return { row, used, gateway: gatewayIp(gateway) };
  throw new ConflictError(
    `${network} is a container in network view "${networkView}"; nothing was released.`,
    {
      ...{ status: 0, code: "ERR_INFOBLOX_IS_CONTAINER", method: "DELETE", path: container._ref },
      hint: "A subnet becomes a container when it is divided. Release the subnets in it, then delete it by its reference.",
    },
  );
}

function refuseUsed(subnet: string, inUse: readonly string[]): void {
  if (inUse.length === 0) return;
  throw new SubnetInUseError(`${subnet} has addresses in use: ${inUse.join(", ")}. Nothing was released.`, {
    subnet,
    inUse,
    hint: "Release these first, or pass cascade: true to release the subnet with all that is in it.",
  });
}

async function remove(
  { wapi }: IpamSettings,
  ref: Ref<SubnetType>,
  signal: AbortSignal | undefined,
): Promise<Release> {
  try {
    await wapi.delete(ref, { signal });
    return { released: true, reason: "deleted" };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}

function familyOf(ref: Ref<SubnetType>): Family {
  return ref.startsWith("ipv6") ? 6 : 4;
}
