import { isInfobloxError, withPartial } from "../../errors.js";
import type { Kind, Made } from "../once/kinds.js";
import type { IpamSettings } from "../settings.js";
import type { Placed } from "./many.js";
import { giveBack } from "./taking-back.js";

/**
 * All that the chunks hold, in the order of its places.
 *
 * @throws whatever keeps them from coming, with what stays taken as `partial`
 */
export async function gathered<T extends Made>(
  settings: IpamSettings,
  kind: Kind<T>,
  chunks: AsyncIterable<Placed<T>>,
  { allOrNothing = false }: { readonly allOrNothing?: boolean | undefined },
): Promise<T[]> {
  const taken = new Map<number, T>();
  try {
    for await (const chunk of chunks) for (const [place, thing] of chunk) taken.set(place, thing);
    return inOrder(taken);
  } catch (error) {
    const told = isInfobloxError(error) ? (error.partial ?? []) : [];
    throw withPartial(error, [
      ...told,
      ...(allOrNothing ? await givenBack(settings, kind, taken) : inOrder(taken)),
    ]);
  }
}

function inOrder<T>(taken: Placed<T>): T[] {
  return [...taken].sort(([one], [other]) => one - other).map(([, thing]) => thing);
}

/** What an earlier call made under the same request id may be in use by now, and stays. */
async function givenBack<T extends Made>(
  settings: IpamSettings,
  kind: Kind<T>,
  taken: Placed<T>,
): Promise<T[]> {
  const things = inOrder(taken);
  const earlier = things.filter(({ created }) => !created);
  return [
    ...earlier,
    ...(await giveBack(
      settings,
      kind,
      things.filter(({ created }) => created),
    )),
  ];
}
