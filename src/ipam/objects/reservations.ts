import { randomBytes } from "node:crypto";
import { formatDuid } from "../requests/syntax.js";

/**
 * How an address is kept for nobody.
 *
 * IPv4 has a way to say so: a fixed address whose clients are matched by `RESERVED`. IPv6 has none, and every IPv6
 * fixed address needs a DUID that is unique in its network. So an IPv6 reservation gets a DUID that no client can
 * have: a DUID-UUID (RFC 6355) whose UUID is of version 8, "custom" (RFC 9562), and begins with "ipam" in ASCII, by
 * which it is known again. The alternative, a host record without DNS, would need a name that nobody chose.
 */
const reservationDuid = /^00:04:69:70:61:6d:..:..:8.:..:[89ab].(:..){7}$/;

/** A new DUID that marks a reservation. */
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

/** The DUID of a client: none where it only marks a reservation. */
export function clientDuid(duid: string | undefined): string | undefined {
  return duid === undefined || duid === "" || isReservationDuid(duid) ? undefined : duid;
}

/**
 * How the reservation of a gateway is known again: a grid has no such thing as a gateway of a network, only
 * reservations, and these can be searched by comment.
 */
export const gatewayComment = "Gateway (infoblox-ipam)";
