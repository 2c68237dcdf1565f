import { parseAddress } from "../../cidr.js";
import { AmbiguousTargetError, invalid, isInfobloxError } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import type { FieldName } from "../../wapi/types.js";
import { uncertain, writtenOnce } from "../once/lost-answers.js";
import type { RecordRow } from "../plan/records.js";
import type { Release } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { findRecords } from "./find-records.js";
import { detailFields, detailsOf, kindOfType } from "./record-types.js";
import type { DnsRecordDetails, DnsRemoveOptions, DnsTarget } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

const gone: Release = { released: false, reason: "gone" };

/** See `Dns.remove`. */
export async function removeRecord(
  settings: IpamSettings,
  target: DnsTarget,
  given: unknown,
): Promise<Release> {
  const options: DnsRemoveOptions = await checkDnsRequest("remove", given);
  const record = await recordOfTarget(settings, target, options.signal);
  if (record === undefined) return gone;
  if (!options.force) settings.ownership.refuseForeign(record, `${record.type} ${record.name}`);
  const pointers = options.ptr ? await pointersTo(settings, record, options.signal) : [];
  const refs = [record, ...pointers].map(({ ref }) => ref as Ref<"record:a">);
  try {
    const { signal } = options;
    const { name, type } = record;
    await writtenOnce(settings, {
      write: async () => {
        await settings.wapi.batch(
          refs.map((ref) => step.delete(ref)),
          { signal },
        );
        return true;
      },
      look: async (lost) => {
        const now = await recordByRef(settings, record.ref, signal);
        const mark = settings.ownership.attemptOf(record);
        // Gone, or another's by now.
        if (now === undefined || settings.ownership.attemptOf(now) !== mark) return true;
        if (mark !== undefined) return undefined;
        throw uncertain(lost, `Look for the ${type} record ${name}: if it was done, it is gone.`, undefined);
      },
      lookFor: `Look for the ${type} record ${name}: if it was done, it is gone.`,
      signal,
    });
    settings.pools.released();
    return { released: true, reason: "deleted" };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}

async function recordOfTarget(
  settings: IpamSettings,
  target: DnsTarget,
  signal: AbortSignal | undefined,
): Promise<DnsRecordDetails | undefined> {
  if (typeof target === "string") return recordByRef(settings, target, signal);
  if (typeof target !== "object" || target === null) {
    throw invalid("record", target, "must be a result, a reference or a query", {
      type: "A",
      name: "web.example.com",
    });
  }
  if ("ref" in target) {
    return "zone" in target && "text" in target ? target : recordByRef(settings, target.ref, signal);
  }
  const found = await findRecords(settings, { ...target, signal });
  if (found.length > 1) throw severalError(found);
  return found[0];
}

async function recordByRef(
  { wapi }: IpamSettings,
  ref: string,
  signal: AbortSignal | undefined,
): Promise<DnsRecordDetails | undefined> {
  const type = kindOfType(typeof ref === "string" ? parseRef(ref)?.type : undefined);
  if (type === undefined) {
    throw invalid("record", ref, "not a reference of a DNS record", "record:a/ZG5z…:web.example.com/default");
  }
  try {
    const fields = detailFields(type) as readonly FieldName<"record:a">[];
    const row: RecordRow = await wapi.get(ref as Ref<"record:a">, { fields, signal });
    return detailsOf(type, row, false);
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return undefined;
    throw error;
  }
}

/** The way back from the record's address to its name. */
async function pointersTo(
  settings: IpamSettings,
  { ip, name, dnsView }: DnsRecordDetails,
  signal: AbortSignal | undefined,
): Promise<DnsRecordDetails[]> {
  if (ip === undefined || parseAddress(ip) === undefined) return [];
  return findRecords(settings, { type: "PTR", ip, target: name, dnsView, signal });
}

function severalError(found: readonly DnsRecordDetails[]): AmbiguousTargetError {
  const shown = found.map(({ type, name, ip, target }) =>
    [type, name, ip ?? target].filter(Boolean).join(" "),
  );
  return new AmbiguousTargetError(`Several records fit: ${shown.join(", ")}. Nothing was removed.`, {
    candidates: found.map(({ ref }) => ref),
    hint: "Say more of the one that is meant: type, ip, target or dnsView.",
  });
}
