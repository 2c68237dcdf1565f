import { readFile, rename, writeFile } from "node:fs/promises";
import { InfobloxError } from "../errors.js";

/** What a client asked and what it was answered, in the order of the answers: the content of a cassette's file. */
export interface Cassette {
  readonly format: typeof format;
  readonly exchanges: readonly Exchange[];
}

export interface Exchange {
  readonly request: RecordedRequest;
  /** Absent where none came. */
  readonly answer?: RecordedAnswer;
  /** Why no answer came. */
  readonly failure?: { readonly code?: string; readonly message: string };
}

/** A request in normal form: see `normal-form.ts`. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** `name=value`, decoded; an equals sign in a name is `%3D`. */
  readonly query?: readonly string[];
  readonly body?: unknown;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it is JSON. */
  readonly body?: unknown;
  /** Where it isn't. */
  readonly text?: string;
}

const format = "infoblox-ipam cassette 1";

const cassetteError = "ERR_INFOBLOX_CASSETTE";

/** Writes the file whole, under another name first: whoever reads it never finds half of one. */
export async function saveCassette(file: string, exchanges: readonly Exchange[]): Promise<void> {
  const cassette: Cassette = { format, exchanges };
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(cassette, null, 2)}\n`);
    await rename(draft, file);
  } catch (cause) {
    throw new InfobloxError(`${file} can't be written.`, cassetteError, { cause });
  }
}

/** @throws InfobloxError if there is none, or something else */
export async function loadCassette(file: string): Promise<readonly Exchange[]> {
  try {
    const cassette = JSON.parse(await readFile(file, "utf8")) as Partial<Cassette>;
    if (cassette.format === format && Array.isArray(cassette.exchanges)) return cassette.exchanges;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file, undefined);
}

function unreadable(file: string, cause: unknown): InfobloxError {
  return new InfobloxError(`${file} can't be read as a cassette.`, cassetteError, {
    cause,
    hint: "A cassette is a file that recordTo wrote.",
  });
}
