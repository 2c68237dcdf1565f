/** Keeps recent pictures, so that a return to one does not lay it out again. */

import type { Outline, Plot } from "../outline.js";
import { type Picture, pictureOf } from "./picture.js";

const mostKept = 8;
const kept = new Map<string, Picture>();

export function keptPicture(
  outline: Outline,
  view: Plot | undefined,
  width: number,
  height: number,
): Picture {
  const key = `${view?.cidr} ${width} ${height}`;
  const picture = kept.get(key) ?? pictureOf(outline, view, width, height);
  kept.delete(key);
  kept.set(key, picture);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  return picture;
}
