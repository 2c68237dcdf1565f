import { randomBytes } from "node:crypto";
import { formatDuid } from "../requests/syntax.js";

/**
 * How an address is reserved, so that DHCP gives it to nobody.
 *
 * An IPv4 reservation is a fixed address with `match_client: RESERVED`. IPv6 fixed addresses have no such value, and each needs
 * a DUID that is unique in its network. So an IPv6 reservation gets a DUID that no client can have: a DUID-UUID (RFC 6355)
 * whose UUID has version 8, "custom" (RFC 9562), and begins with "ipam" in ASCII. The library recognizes reservations by it.
 * The alternative, a host record without DNS, would need a name that nobody chose.
 */
const reservationDuid = /^00:04:69:70:61:6d:..:..:8.:..:[89ab].(:..){7}$/;

export function newReservationDuid(): string {
  const uuid = randomBytes(16);
  uuid.write("ipam", 0, "ascii");
  uuid.writeUInt8(0x80 | (uuid.readUInt8(6) & 0x0f), 6);
  uuid.writeUInt8(0x80 | (uuid.readUInt8(8) & 0x3f), 8);
  const hex = Buffer.concat([Buffer.of(0x00, 0x04), uuid]).toString("hex");
  return hex.replace(/(..)(?=.)/g, "$1:");
}

export function isReservationDuid(duid: string): boolean {
  return reservationDuid.test(formatDuid(duid));
}

export function isReserved(row: object): boolean {
  const { match_client, duid } = row as { readonly match_client?: string; readonly duid?: string };
  return match_client === "RESERVED" || (duid !== undefined && isReservationDuid(duid));
}

/** The DUID of a client; `undefined` for that of a reservation. */
export function clientDuid(duid: string | undefined): string | undefined {
  return duid === undefined || duid === "" || isReservationDuid(duid) ? undefined : duid;
}

/**
 * The comment of a gateway's reservation. WAPI networks have no field for a gateway; reservations can be searched by comment.
 */
export const gatewayComment = "Gateway (infoblox-ipam)";
