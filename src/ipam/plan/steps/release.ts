import { formatAddress, type Address as Ip, parseAddress, parseBlock } from "../../../cidr.js";
import { ifFound, invalid, isInfobloxError } from "../../../errors.js";
import { parseRef } from "../../../wapi/ref.js";
import { type Step, step } from "../../../wapi/step.js";
import type { Ref } from "../../../wapi/types.js";
import { hostChanges } from "../../addresses/address-drafts.js";
import { holderAt } from "../../addresses/address-target.js";
import { compareAndDelete, identityOf, stillStanding } from "../../engine/delete.js";
import { fieldsOfType, type Made, readRows, searchSelf, typeOf } from "../../engine/kinds.js";
import { isTooMany, isUnfound } from "../../engine/refusals.js";
import { newTokenId } from "../../engine/token.js";
import { inTheWay, mostFound, type UsedRow } from "../../objects/in-use.js";
import type { Release, SubnetType } from "../../objects/results.js";
import { subnetOf } from "../../objects/rows.js";
import { checkedAddress, checkedBlock } from "../../requests/syntax.js";
import type { IpamSettings } from "../../settings/settings.js";
import { recount } from "../../subnets/recount.js";
import { resizedSubnet } from "../../subnets/resized-subnets.js";
import {
  containerCode,
  contentsOf,
  type EarlierSubnet,
  leavingHosts,
  type NamedSubnet,
} from "../../subnets/subnet-contents.js";
import { refuseUsed } from "../../subnets/subnet-release.js";
import { type Earlier, isSameObject, type Released } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import type { ReleaseStepOptions } from "../requests.js";
import { checkPlanRequest } from "../schemas.js";

interface Releasing {
  readonly steps: () => readonly Step<unknown>[];
  readonly reason: Release["reason"];
  /** The object, as it was read. */
  readonly thing?: Made;
  /** The object or address that it frees. */
  readonly released?: ReturnType<Released>;
}

const gone: Releasing = { steps: () => [], reason: "gone" };

/**
 * The intent of a release. It first reads the object, its contents and its owner. Then it deletes only that object: a delete by
 * reference alone would also hit a later object with the same reference.
 */
export function releaseIntent(
  settings: IpamSettings,
  { name, request, target }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const options: ReleaseStepOptions = checkPlanRequest.now("release", request);
  const meant = meaningOf(target);
  const known = settings.ownership.tokenOf(Object(target) as Made);
  let found: Releasing | undefined;
  const looking: Looking = {
    ...{ ...options, known, before: earlier.releases(() => found?.released) },
    isOwn: (marked) => earlier.isPlanned(settings.ownership.requestIdOf(marked)),
  };
  if (options.cascade && meant.kind !== "subnet") {
    throw invalid("cascade", true, "is for subnets", false);
  }
  const isStanding = async (signal: AbortSignal | undefined) => {
    if (found?.thing === undefined) return false;
    return (await stillStanding(settings, [{ thing: found.thing }], signal)).length > 0;
  };
  const whereResized = async (signal: AbortSignal | undefined) =>
    meant.kind === "subnet" ? lookWhereResized(settings, meant.subnet, looking, signal) : gone;
  return {
    ...{ name, noun: "release", needs: [], pools: [] },
    known: { kind: "release", name, type: "" },
    summary: `a release of ${meant.text}`,
    keepsItsPlace: true,
    looksAt: `${meant.text} and its owner`,
    look: async (signal) => {
      if (found === undefined) found = await lookAt(settings, meant, looking, signal);
      else if (found !== gone && !(await isStanding(signal))) found = await whereResized(signal);
    },
    lookAgain: async (error, signal) => {
      if (found === undefined || found === gone) return false;
      const { clock, observed } = settings;
      // If searches lag, the search of the delete may have missed a new object, or found one that is gone.
      const isHidden = observed.searchLag > 0 && isUnfound(error);
      if (isHidden) await clock.sleep(2 * observed.searchLag, signal);
      const { thing } = found;
      if (!(await isStanding(signal))) {
        found = await whereResized(signal);
        return true;
      }
      // A second look shows objects that were added since, and may be in the way.
      if (thing !== undefined) found = await lookAt(settings, meant, looking, signal);
      return isHidden || found === gone || (options.cascade === true && isTooMany(error));
    },
    compose: () => {
      const { steps, reason } = found ?? gone;
      return {
        steps: steps(),
        main: undefined,
        read: () => ({ released: reason !== "gone", reason }),
      };
    },
    afterLoss: { mayRepeat: () => true },
  };
}

interface Looking extends ReleaseStepOptions {
  /** The releases of earlier steps. */
  readonly before: readonly Released[];
  /** The creation token of a result. Another object may have its reference by now. */
  readonly known: string | undefined;
  /** Whether an earlier call of the same plan made the object. It may lie where the released one was. */
  readonly isOwn: (marked: Parameters<IpamSettings["ownership"]["requestIdOf"]>[0]) => boolean;
}

type Meaning =
  | { readonly kind: "subnet"; readonly subnet: NamedSubnet; readonly text: string }
  | { readonly kind: "ip"; readonly ip: Ip; readonly text: string }
  | { readonly kind: "object"; readonly ref: Ref<"network">; readonly text: string };

function meaningOf(target: unknown): Meaning {
  if (typeof target === "string") return meaningOfText(target);
  if (typeof target === "object" && target !== null) {
    if ("ref" in target) return meaningOfRef(target.ref, "extattrs" in target ? target : undefined);
    if ("cidr" in target) return meaningOfCidr(target.cidr);
    if ("ip" in target) return meaningOfIp(target.ip);
  }
  throw invalid("target", target, "must be a result, a reference, a CIDR or an IP", "10.0.7.0/24");
}

function meaningOfText(text: string): Meaning {
  if (parseAddress(text) !== undefined) return meaningOfIp(text);
  return parseRef(text) !== undefined && parseBlock(text) === undefined
    ? meaningOfRef(text)
    : meaningOfCidr(text);
}

function meaningOfCidr(cidr: unknown): Meaning {
  return { kind: "subnet", subnet: { kind: "cidr", block: checkedBlock("cidr", cidr) }, text: String(cidr) };
}

function meaningOfIp(text: unknown): Meaning {
  const ip = checkedAddress("ip", text);
  return { kind: "ip", ip, text: formatAddress(ip) };
}

function meaningOfRef(ref: unknown, marks?: object): Meaning {
  const type = typeof ref === "string" ? parseRef(ref)?.type : undefined;
  if (typeof ref !== "string" || type === undefined) {
    throw invalid("ref", ref, "is no reference", "network/ZG5z…:10.0.7.0/24/default");
  }
  if (type !== "network" && type !== "ipv6network") {
    return { kind: "object", ref: ref as Ref<"network">, text: ref };
  }
  const subnet = { kind: "ref", ref: ref as Ref<SubnetType>, marks: marks as EarlierSubnet } as const;
  return { kind: "subnet", subnet, text: ref };
}

function lookAt(
  settings: IpamSettings,
  meant: Meaning,
  options: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  switch (meant.kind) {
    case "subnet":
      return lookAtSubnet(settings, meant.subnet, options, signal);
    case "ip":
      return lookAtAddress(settings, meant.ip, options, signal);
    case "object":
      return lookAtObject(settings, meant.ref, options, signal);
  }
}

async function lookAtSubnet(
  settings: IpamSettings,
  named: NamedSubnet,
  looking: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const { cascade = false, force = false, before, known, isOwn } = looking;
  const { networkView, ownership } = settings;
  const everything = cascade || before.length > 0;
  const contents = await contentsOf(settings, named, { networkView, everything, signal }).catch(
    async (error: unknown) => {
      if (await isOwnContainer(settings, error, isOwn, signal)) return undefined;
      throw error;
    },
  );
  const isAnother = known !== undefined && contents && known !== ownership.tokenOf(contents.row);
  if (contents === undefined || isAnother) return lookWhereResized(settings, named, looking, signal);
  const { row, used, gateway, othersRanges } = contents;
  if (isOwn(row)) return gone;
  const cidr = row.network ?? row._ref;
  if (!force) ownership.refuseForeign(row, cidr);
  const view = row.network_view ?? networkView;
  const staying = used.filter((address) => !isReleased(address, view, before));
  if (!cascade) {
    refuseUsed(cidr, [...inTheWay(staying, gateway), ...(force ? [] : othersRanges)]);
    // The list was cut off, so other addresses may be in use.
    if (staying.length < used.length && used.length >= mostFound) refuseUsed(cidr, inTheWay(used, gateway));
  }
  const hosts = cascade ? await leavingHosts(settings, row, used, signal) : [];
  const thing = subnetOf(row, false, ownership.expiryAttribute);
  const steps = () => [
    ...recount(settings, thing, staying.length),
    ...hosts,
    ...compareAndDelete(settings, thing),
  ];
  return { steps, reason: "deleted", thing, released: thing };
}

async function lookWhereResized(
  settings: IpamSettings,
  named: NamedSubnet,
  looking: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const resized = await resizedSubnet(settings, named, signal);
  return resized === undefined ? gone : lookAtSubnet(settings, resized, looking, signal);
}

/** Whether an earlier call of the same plan made the container that has the CIDR now. */
async function isOwnContainer(
  { wapi }: IpamSettings,
  error: unknown,
  isOwn: Looking["isOwn"],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isInfobloxError(error, "ConflictError") || error.code !== containerCode) return false;
  const ref = error.path as Ref<"networkcontainer">;
  return isOwn(await wapi.get(ref, { fields: ["comment", "extattrs"], signal }));
}

/** Whether earlier steps of the plan release everything that uses the address. */
function isReleased(
  { ip_address, objects = [] }: UsedRow,
  view: string,
  before: readonly Released[],
): boolean {
  const all = before.flatMap((released) => released() ?? []);
  if (all.some(({ address }) => address?.ip === ip_address && address?.networkView === view)) return true;
  return objects.length > 0 && objects.every((object) => all.some(({ ref }) => isSameObject(ref, object)));
}

async function lookAtAddress(
  settings: IpamSettings,
  ip: Ip,
  { force = false, isOwn }: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const { ownership } = settings;
  const holder = await holderAt(settings, ip, settings.networkView, signal);
  if (holder === undefined || isOwn(holder)) return gone;
  if (!force) ownership.refuseForeign(holder, holder.name ?? holder.ip);
  const address = { ip: formatAddress(ip), networkView: settings.networkView };
  if (holder.kind !== "host" || holder.ips.length === 1) {
    const steps = () => compareAndDelete(settings, holder);
    return { steps, reason: "deleted", thing: holder, released: { ref: holder.ref, address } };
  }
  const steps = () => {
    const self = searchSelf(holder, identityOf(settings, holder));
    const changes = {
      ...hostChanges({ remove: [address.ip] }),
      extattrs: ownership.changedBy(newTokenId()),
    };
    return [self.discard(), step.update(self.ref as Ref<"record:host">, changes, { fields: ["name"] })];
  };
  return { steps, reason: "removed-from-host", thing: holder, released: { address } };
}

async function lookAtObject(
  settings: IpamSettings,
  ref: Ref<"network">,
  { force = false, known, isOwn }: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const { wapi, ownership } = settings;
  const type = typeOf({ ref });
  const read = fieldsOfType(type);
  const fields = (read.length > 0 ? read : ["comment", "extattrs"]) as readonly ["comment"];
  const row = await ifFound(wapi.get(ref, { fields, signal }));
  if (row === undefined) return gone;
  const [thing] = readRows(type, [row], ownership.expiryAttribute);
  const marked = thing ?? (row as Partial<Made>);
  if (isOwn(marked as Made) || (known !== undefined && known !== ownership.tokenOf(marked as Made)))
    return gone;
  if (!force) ownership.refuseForeign(marked, ref);
  if (thing === undefined) return { steps: () => [step.delete(ref)], reason: "deleted", released: { ref } };
  return { steps: () => compareAndDelete(settings, thing), reason: "deleted", thing, released: thing };
}
