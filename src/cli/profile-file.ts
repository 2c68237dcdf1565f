/** Reads grid profiles of the command line: a name, or a file that `doctor --probe --profile` has written. */

import { checkProfile, type GridProfile, type ProfileOption } from "../ipam/profile/profile.js";
import { readDataFile } from "./data-file.js";
import { type Terminal, UsageError } from "./output.js";

/** @throws {UsageError} if it is neither a name nor a file with a profile */
export async function readProfile(flag: string, text: string, terminal: Terminal): Promise<ProfileOption> {
  if (text === "serial" || text === "places" || text === "wait") return text;
  return readProfileFile(flag, text, terminal);
}

/** @throws {UsageError} if the file can't be read, or holds no profile */
export async function readProfileFile(flag: string, name: string, terminal: Terminal): Promise<GridProfile> {
  const { content } = await readDataFile(name, terminal).catch((error: unknown) => {
    throw error instanceof UsageError ? new UsageError(`${flag}: ${error.message}`, error.excerpt) : error;
  });
  if (typeof content === "object" && content !== null && isProfile(content)) return content;
  throw new UsageError(`${flag}: ${name} is not a grid profile; doctor --probe --profile ${name} writes one`);
}

function isProfile(content: object): content is GridProfile {
  try {
    checkProfile("profile", content);
    return true;
  } catch {
    return false;
  }
}
