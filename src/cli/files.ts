/** Writes files that flags name. */

import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Terminal, UsageError } from "./output.js";

/** Why a file can't be written or read, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "its folder is a file",
  EISDIR: "it is a folder",
  EACCES: "it isn't permitted",
  EPERM: "it isn't permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** Whether the error is the operating system's, not this program's. */
export function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | undefined)?.syscall === "string";
}

/** The reason for people: `there is no such file` for a known code, else the system's own message. */
export function reasonOf(error: unknown): string {
  const { code = "", message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

/**
 * Checks early that a file can be written, before work that takes a while.
 *
 * @throws {UsageError} if the file can't be written
 */
export async function mustBeWritable(
  flag: string,
  name: string,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<void> {
  const file = resolve(cwd, name);
  try {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    await access(found === undefined ? dirname(file) : file, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such folder" : reasonOf(error);
    throw new UsageError(`${flag}: can't write ${name}: ${reason}`);
  }
}

/** @throws Error that names the flag and the file */
export async function writeNamed(
  flag: string,
  name: string,
  text: string,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<void> {
  await writeFile(resolve(cwd, name), text).catch((error: unknown) => {
    throw new Error(`${flag}: can't write ${name}: ${reasonOf(error)}`);
  });
}
