import { invalid } from "../../errors.js";
import type { Clock } from "../../wapi/clock.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Expiring } from "../requests/requests.js";

/**
 * The time at which a subnet or address expires, in the format of the attribute: `2026-11-25T13:46:00Z`. Such texts sort by
 * time. Seconds are rounded up, so that nothing is freed too early.
 *
 * @returns `undefined` if it never expires
 * @throws {InvalidRequestError} if both `expiresAt` and `expiresIn` are given
 */
export function expiryOf(
  { clock }: { readonly clock: Pick<Clock, "wallTime"> },
  { expiresAt, expiresIn }: Expiring,
): string | undefined {
  if (expiresAt !== undefined && expiresIn !== undefined) {
    throw invalid("expiresIn", expiresIn, "sets the same as expiresAt: give one of them", undefined);
  }
  if (expiresIn !== undefined) return formatExpiry(clock.wallTime() + expiresIn * 1000);
  return expiresAt === undefined ? undefined : formatExpiry(new Date(expiresAt).getTime());
}

/** @param time - milliseconds since the epoch */
export function formatExpiry(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

/** The time at which an object expires. `undefined` also for a text in another format, so that nothing is freed by mistake. */
export function expiryIn(
  extattrs: ExtensibleAttributes | undefined,
  attribute: string | undefined,
): Date | undefined {
  if (attribute === undefined) return undefined;
  const text: unknown = (extattrs as Readonly<Record<string, unknown>> | undefined)?.[attribute];
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
