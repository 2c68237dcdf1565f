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

/** Whether the error comes from the operating system. */
export function isSystemError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
}

/** The error for a file, with the operating system's reason in words. Its own error is the cause. */
export function fileError(field: string, path: string, problem: string, cause: unknown): InvalidRequestError {
  const { code = "", message = String(cause) } = cause as NodeJS.ErrnoException;
  const said = phrase({ field }, `: ${path} ${problem}: ${reasons[code] ?? message}`);
  return new InvalidRequestError(said, { field, value: path, cause });
}
