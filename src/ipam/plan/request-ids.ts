import type { Intent } from "./intent.js";

/**
 * The request id of the object that a step makes or changes: its own, or the plan's with the step's name; none where
 * neither has one, or where the object isn't of this plan.
 */
export function idOf(
  requestId: string | undefined,
  { name, kind, requestId: own, changes }: Pick<Intent, "name" | "kind" | "requestId" | "changes">,
): string | undefined {
  if (own !== undefined) return own;
  const maker = kind === "change" ? changes : name;
  return requestId === undefined || maker === undefined ? undefined : `${requestId}/${maker}`;
}
