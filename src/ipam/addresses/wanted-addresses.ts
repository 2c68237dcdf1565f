import { type Family, formatAddress, mergeSpans, spanOf } from "../../cidr.js";
import { inField, invalid } from "../../errors.js";
import type { Sources } from "../requests/sources.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkClient, clientOf } from "./address-client.js";
import { type NewHostAddress, nextAddressOf } from "./address-place.js";
import type { AddressFields, DualStack } from "./requests.js";
import { namedAmong, type WantedAddress, wantedAddress } from "./wanted-address.js";

/** The addresses of a request: one, one of each family, or several. @throws {InvalidRequestError} if a field is not valid */
export function wantedAddresses(settings: IpamSettings, fields: AddressFields): readonly WantedAddress[] {
  const { from, ip, addresses } = fields;
  if (addresses !== undefined) return several(settings, fields, addresses);
  if (from === undefined || !isDualStack(from)) return [wantedAddress(settings, { ...fields, from })];
  if (ip !== undefined) throw invalid("ip", ip, "is one address, but from asks for two", undefined);
  return dualStack(settings, fields, from);
}

const ofEach = [
  ...["from", "strategy", "ip", "exclude", "avoidRanges", "ifInUse", "skipFirst", "skipLast", "avoidEdges"],
  ...["mac", "duid"],
] as readonly (keyof NewHostAddress)[];

function several(
  settings: IpamSettings,
  fields: AddressFields,
  addresses: readonly NewHostAddress[],
): readonly WantedAddress[] {
  const beside = ofEach.find((field) => fields[field] !== undefined);
  if (beside !== undefined) {
    throw invalid(beside, fields[beside], "belongs to each address, inside addresses", undefined);
  }
  const wanted = addresses.map((one, index) =>
    inField(`addresses[${index}]`, () => {
      const place = wantedAddress(settings, one);
      checkClient(one, [place.family]);
      return place;
    }),
  );
  const named = namedAmong(wanted).map(({ address }) => spanOf(address));
  const double = wanted.findIndex((one, index) => {
    const text = one.kind === "explicit" ? formatAddress(one.address) : undefined;
    const before = namedAmong(wanted.slice(0, index)).map(({ address }) => formatAddress(address));
    return text !== undefined && before.includes(text);
  });
  if (double >= 0)
    throw invalid(`addresses[${double}].ip`, addresses[double]?.ip, "is in the list already", undefined);
  // The grid may choose an address before it takes the given ones.
  const others = ({ family }: WantedAddress) => named.filter((span) => span.family === family);
  return wanted.map((one) =>
    one.kind === "next" ? { ...one, exclude: mergeSpans([...one.exclude, ...others(one)]) } : one,
  );
}

function isDualStack(from: NonNullable<AddressFields["from"]>): from is DualStack {
  return typeof from === "object" && ("ipv4" in from || "ipv6" in from);
}

function dualStack(settings: IpamSettings, fields: AddressFields, from: DualStack): readonly WantedAddress[] {
  const { exclude, ...others } = fields;
  const texts = [exclude ?? []].flat();
  const side = (family: Family, sources: Sources | undefined): WantedAddress => {
    const field = `from.ipv${family}`;
    const own = texts.filter((text) => text.includes(":") === (family === 6));
    const place = nextAddressOf(settings, { ...others, exclude: own }, sources ?? "", field, family);
    const stranger = place.targets.find((target) => target.family !== family);
    if (stranger === undefined) return { ...place, family, ...clientOf(fields, family) };
    const example = family === 4 ? "10.0.7.0/24" : "2001:db8:0:7::/64";
    throw invalid(field, stranger.text, `is IPv${stranger.family}`, example);
  };
  return [side(4, from.ipv4), side(6, from.ipv6)];
}
