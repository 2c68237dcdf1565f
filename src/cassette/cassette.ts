import { readFile, rename, writeFile } from "node:fs/promises";
import { InfobloxError } from "../errors.js";

/** The content of a cassette's file: a client's requests with their answers, in the order of the answers. */
export interface Cassette {
  readonly format: typeof format;
  readonly exchanges: readonly Exchange[];
}

export interface Exchange {
  readonly request: RecordedRequest;
  /** `undefined` if no answer arrived. */
  readonly answer?: RecordedAnswer;
  /** Why no answer arrived. */
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
  /** The body, if it is JSON. */
  readonly body?: unknown;
  /** The body, if it is not JSON. */
  readonly text?: string;
}

const format = "infoblox-ipam cassette 1";

const cassetteError = "ERR_INFOBLOX_CASSETTE";

/** Writes the file under another name first and renames it: a reader never finds half a file. */
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

/** @throws InfobloxError if the file is missing or not a cassette */
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
