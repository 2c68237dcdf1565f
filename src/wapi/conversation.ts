import { invalid, isInfobloxError } from "../errors.js";
import { readVariable } from "../transport/environment.js";
import { checkTimeout, transportSettings } from "../transport/options.js";
import { Transport, type TransportRequest } from "../transport/transport.js";
import type { Exchange, Validation } from "./answers.js";
import type { CallOptions } from "./call-options.js";
import { checkCount, defaultPageSize } from "./list-options.js";
import { refuseUnknownClientOptions, type WapiClientOptions } from "./options.js";
import { offeredVersions, parseVersion, unsupportedVersion, VersionInUse } from "./version.js";

const validations: readonly Validation[] = ["strict", "basic", "off"];

/** Exchanges requests and answers with one grid in one WAPI version, for the verbs of a client. */
export class Conversation {
  readonly validation: Validation;
  readonly pageSize: number;
  readonly #transport: Transport;
  readonly #version: VersionInUse;

  /** @param parent - the conversation whose session, queue and version to share */
  constructor(options: WapiClientOptions, parent?: Conversation) {
    refuseUnknownClientOptions(options, parent !== undefined);
    const { wapiVersion, validate, pageSize } = options;
    checkCount("pageSize", pageSize);
    if (validate !== undefined && !validations.includes(validate)) {
      throw invalid("validate", validate, `must be one of ${validations.join(", ")}`, "basic");
    }
    this.validation = validate ?? parent?.validation ?? "basic";
    this.pageSize = pageSize ?? parent?.pageSize ?? defaultPageSize;
    const given = wapiVersion ?? (parent ? undefined : readVariable(process.env, "INFOBLOX_WAPI_VERSION"));
    const version = given === undefined ? undefined : parseVersion(given);
    this.#transport = parent ? parent.#transport.with(options) : new Transport(transportSettings(options));
    const shared = parent && version === undefined ? parent.#version : undefined;
    this.#version = shared ?? new VersionInUse(version, () => this.#askVersions());
  }

  /** The WAPI version in use. Asks the grid if it is not known yet. */
  version({ signal, deadline }: Pick<CallOptions, "signal" | "deadline">): Promise<string> {
    return this.#version.get(signal, checkTimeout("deadline", deadline));
  }

  /**
   * Sends a request. @throws the transport's errors; for a version that the grid does not have, an error that names the
   * grid's versions
   */
  async send(request: TransportRequest): Promise<Exchange> {
    try {
      return { request, answer: await this.#transport.send(request) };
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  /** Logs out if there is a session, and closes the connections. */
  async close(): Promise<void> {
    await this.#transport.close(`/wapi/v${this.#version.known ?? "1.0"}/logout`);
  }

  get readFrom(): "master" | "candidates" {
    return this.#transport.settings.readFrom;
  }

  /** The parts without secrets. */
  toJSON(): Record<string, unknown> {
    const { addresses, credentials } = this.#transport.settings;
    return { url: addresses[0], wapiVersion: this.#version.known, username: credentials?.username };
  }

  async #askVersions(): Promise<readonly string[]> {
    // Every grid since 2011 answers this version.
    const path = "/wapi/v1.0/";
    const answer = await this.#transport.send({
      method: "GET",
      path,
      query: [["_schema", "1"]],
      writes: false,
    });
    return offeredVersions(answer.data);
  }

  async #explained(error: unknown): Promise<unknown> {
    const version = this.#version.known;
    if (version === undefined || !isInfobloxError(error, "WapiError")) return error;
    if (!/^Version \S+ not supported/i.test(error.text)) return error;
    const offered = await this.#askVersions().catch(() => []);
    return offered.length === 0 ? error : unsupportedVersion(version, offered, error);
  }
}
