import { formatAddress, type Address as Ip, parseAddress, parseBlock } from "../../../cidr.js";
import { invalid, isInfobloxError } from "../../../errors.js";
import type { ExtensibleAttributes } from "../../../wapi/extattrs.js";
import { parseRef, refParts } from "../../../wapi/ref.js";
import { type Step, step } from "../../../wapi/step.js";
import type { Ref } from "../../../wapi/types.js";
import { withoutAddress } from "../../addresses/address-release.js";
import { holderAt } from "../../addresses/address-target.js";
import { inTheWay, mostFound, type UsedRow } from "../../addresses/in-use.js";
import { isSameAttempt } from "../../once/attempts.js";
import type { Release, SubnetType } from "../../results.js";
import type { IpamSettings } from "../../settings.js";
import { contentsOf, type NamedSubnet } from "../../subnets/subnet-contents.js";
import { refuseUsed, removal } from "../../subnets/subnet-release.js";
import { checkedAddress, checkedBlock } from "../../syntax.js";
import type { Earlier } from "../earlier.js";
import type { Intent, PlanStep } from "../intent.js";
import type { ReleaseStepOptions } from "../requests.js";
import { checkPlanRequest } from "../schemas.js";

/** What was found to be released. */
interface Releasing {
  readonly steps: readonly Step<unknown>[];
  readonly reason: Release["reason"];
  /** The one-time id of what is there. */
  readonly attempt?: string | undefined;
}

const gone: Releasing = { steps: [], reason: "gone" };

/**
 * A release looks first: at what would go with it, and at whose it is. A grid deletes whatever it is told to.
 */
export function releaseIntent(
  settings: IpamSettings,
  { name, request, target }: PlanStep,
  earlier: Earlier,
): Intent {
  const options: ReleaseStepOptions = checkPlanRequest.now("release", request);
  const meant = meaningOf(target);
  const known = settings.ownership.attemptOf(Object(target) as Marked);
  const looking = { ...options, known, before: earlier.releases(keyOf(meant)) };
  if (options.cascade && meant.kind !== "subnet") {
    throw invalid("cascade", true, "is for subnets", false);
  }
  let found: Releasing | undefined;
  return {
    name,
    kind: "release",
    known: { kind: "release", name, type: "" },
    needs: [],
    pools: [],
    summary: `a release of ${meant.text}`,
    keepsItsPlace: true,
    looksAt: `what ${meant.text} is, and whose`,
    look: async (signal) => {
      const now = await lookAt(settings, meant, looking, signal);
      found = found === undefined ? now : lookedAtAgain(found, now);
    },
    lookAgain: async (signal) => {
      const [before, now] = [found ?? gone, await lookAt(settings, meant, looking, signal)];
      found = isSameAttempt(now.attempt, before.attempt) ? now : gone;
      return found.steps.length !== before.steps.length;
    },
    draft: () => {
      const { steps, reason } = found ?? gone;
      const read = () => ({ released: reason !== "gone", reason });
      return { steps, main: undefined, read, undo: () => undefined };
    },
    afterLoss: { mayRepeat: () => found?.attempt !== undefined || found?.steps.length === 0 },
  };
}

/** After a lost answer: what stands there by now, and isn't what stood there, is somebody else's. */
function lookedAtAgain(before: Releasing, now: Releasing): Releasing {
  const isSame = now.attempt !== undefined && isSameAttempt(now.attempt, before.attempt);
  return isSame ? now : { ...before, steps: [] };
}

interface Looking extends ReleaseStepOptions {
  /** What the plan has released by then. */
  readonly before: ReadonlySet<string>;
  /** The one-time id of a result. By now another may have its place, and so its reference. */
  readonly known: string | undefined;
}

type Meaning =
  | { readonly kind: "subnet"; readonly subnet: NamedSubnet; readonly text: string }
  | { readonly kind: "ip"; readonly ip: Ip; readonly text: string }
  | { readonly kind: "object"; readonly ref: Ref<"network">; readonly text: string };

interface Marked {
  readonly extattrs?: ExtensibleAttributes;
}

function meaningOf(target: unknown): Meaning {
  if (typeof target === "string") return meaningOfText(target);
  if (typeof target === "object" && target !== null) {
    if ("ref" in target) return meaningOfRef(target.ref);
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

function meaningOfRef(ref: unknown): Meaning {
  const type = typeof ref === "string" ? parseRef(ref)?.type : undefined;
  if (typeof ref !== "string" || type === undefined) {
    throw invalid("ref", ref, "not a reference", "network/ZG5z…:10.0.7.0/24/default");
  }
  if (type !== "network" && type !== "ipv6network") {
    return { kind: "object", ref: ref as Ref<"network">, text: ref };
  }
  return { kind: "subnet", subnet: { kind: "ref", ref: ref as Ref<SubnetType> }, text: ref };
}

/** By what it is told from others: a reference without the names in it, which change. */
function keyOf(meant: Meaning): string {
  if (meant.kind === "ip") return meant.text;
  const ref =
    meant.kind === "object" ? meant.ref : meant.subnet.kind === "ref" ? meant.subnet.ref : undefined;
  return ref === undefined ? meant.text : keyOfRef(ref);
}

function keyOfRef(ref: string): string {
  const { type, id } = refParts(ref);
  return `${type}/${id}`;
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
  { cascade = false, force = false, before, known }: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const { networkView, ownership } = settings;
  const everything = cascade || before.size > 0;
  const contents = await contentsOf(settings, named, { networkView, everything, signal });
  if (contents === undefined) return gone;
  const { row, used, gateway } = contents;
  const attempt = ownership.attemptOf(row);
  if (known !== undefined && !isSameAttempt(known, attempt)) return gone;
  const cidr = row.network ?? row._ref;
  if (!force) ownership.refuseForeign(row, cidr);
  if (!cascade) {
    const staying = used.filter((row) => !isReleased(row, before));
    refuseUsed(cidr, inTheWay(staying, gateway));
    // More than were shown may be in use.
    if (staying.length < used.length && used.length >= mostFound) refuseUsed(cidr, inTheWay(used, gateway));
  }
  const steps = await removal(settings, contents, cascade, signal);
  return { steps, reason: "deleted", attempt };
}

/** Whether nothing uses the address any more once the plan has come to this step. */
function isReleased({ ip_address = "", objects = [] }: UsedRow, before: ReadonlySet<string>): boolean {
  if (before.has(ip_address)) return true;
  return objects.length > 0 && objects.every((object) => before.has(keyOfRef(object)));
}

async function lookAtAddress(
  settings: IpamSettings,
  ip: Ip,
  { force = false }: ReleaseStepOptions,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  const holder = await holderAt(settings, ip, settings.networkView, signal);
  if (holder === undefined) return gone;
  if (!force) settings.ownership.refuseForeign(holder, holder.name ?? holder.ip);
  const attempt = settings.ownership.attemptOf(holder);
  if (holder.kind !== "host" || holder.ips.length === 1) {
    return { steps: [step.delete(holder.ref)], reason: "deleted", attempt };
  }
  const host = holder.ref as Ref<"record:host">;
  return {
    steps: [step.update(host, withoutAddress(ip), { fields: ["name"] })],
    reason: "removed-from-host",
    attempt,
  };
}

async function lookAtObject(
  { wapi, ownership }: IpamSettings,
  ref: Ref<"network">,
  { force = false, known }: Looking,
  signal: AbortSignal | undefined,
): Promise<Releasing> {
  try {
    const row = await wapi.get(ref, { fields: ["comment", "extattrs"], signal });
    const attempt = ownership.attemptOf(row);
    if (known !== undefined && !isSameAttempt(known, attempt)) return gone;
    if (!force) ownership.refuseForeign(row, ref);
    return { steps: [step.delete(ref)], reason: "deleted", attempt };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}
