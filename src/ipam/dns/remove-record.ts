import { parseAddress } from "../../cidr.js";
import { AmbiguousTargetError, ifFound, invalid } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import type { FieldName } from "../../wapi/types.js";
import { deleteObjects } from "../engine/delete.js";
import { detailFields, detailsOf, kindOfType, type RecordRow } from "../objects/records.js";
import { type DnsRecordDetails, type Release, releaseOf } from "../objects/results.js";
import type { IpamSettings } from "../settings/settings.js";
import { findRecords } from "./find-records.js";
import type { DnsRemoveOptions, DnsTarget } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

/** See `Dns.remove`. */
export async function removeRecord(
  settings: IpamSettings,
  target: DnsTarget,
  given: unknown,
): Promise<Release> {
  const options: DnsRemoveOptions = await checkDnsRequest("remove", given);
  const record = await recordOfTarget(settings, target, options.signal);
  if (record === undefined) return releaseOf("gone");
  if (!options.force) settings.ownership.refuseForeign(record, `${record.type} ${record.name}`);
  const { signal } = options;
  const pointers = options.ptr ? await pointersTo(settings, record, signal) : [];
  const removals = [record, ...pointers].map((thing) => ({ thing }));
  const fates = await deleteObjects(settings, removals, { signal });
  settings.pools.released();
  return releaseOf(fates.get(record));
}

async function recordOfTarget(
  settings: IpamSettings,
  target: DnsTarget,
  signal: AbortSignal | undefined,
): Promise<DnsRecordDetails | undefined> {
  if (typeof target === "string") return recordByRef(settings, target, signal);
  if (typeof target !== "object" || target === null) {
    const example = { type: "A", name: "web.example.com" };
    throw invalid("record", target, "must be a result, a reference or a query", example);
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
    throw invalid("record", ref, "is no reference of a DNS record", "record:a/ZG5z…:web.example.com/default");
  }
  const fields = detailFields(type) as readonly FieldName<"record:a">[];
  const row: RecordRow | undefined = await ifFound(wapi.get(ref as Ref<"record:a">, { fields, signal }));
  return row && detailsOf(type, row, false);
}

/** The PTR records from the record's address to its name. */
async function pointersTo(
  settings: IpamSettings,
  { ip, name, dnsView }: DnsRecordDetails,
  signal: AbortSignal | undefined,
): Promise<DnsRecordDetails[]> {
  if (ip === undefined || parseAddress(ip) === undefined) return [];
  return findRecords(settings, { type: "PTR", ip, target: name, dnsView, signal });
}

function severalError(found: readonly DnsRecordDetails[]): AmbiguousTargetError {
  const inWords = ({ type, name, ip, target }: DnsRecordDetails) =>
    [type, name, ip ?? target].filter(Boolean).join(" ");
  return new AmbiguousTargetError(
    `Several records match: ${found.map(inWords).join(", ")}. Nothing was removed.`,
    {
      candidates: found.map(({ ref }) => ref),
      hint: phrase(
        "Describe the record more exactly: ",
        { field: "type" },
        ", ",
        { field: "ip" },
        ", ",
        { field: "target" },
        " or ",
        { term: "dnsView" },
        ".",
      ),
    },
  );
}
