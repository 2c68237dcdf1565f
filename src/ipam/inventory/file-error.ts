import { InvalidRequestError } from "../../errors.js";
import { phrase } from "../../phrase.js";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
};

/** Whether the operating system refused something. */
export function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
}

/** What the operating system refused, in words; its own error is the cause. */
export function fileError(field: string, path: string, problem: string, cause: unknown): InvalidRequestError {
  const { code = "", message = String(cause) } = cause as NodeJS.ErrnoException;
  const said = phrase({ field }, `: ${path} ${problem}: ${reasons[code] ?? message}`);
  return new InvalidRequestError(said, { field, value: path, cause });
}
