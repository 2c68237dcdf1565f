import { loadCommonJs } from "../common-js.js";
import { checkObject } from "../errors.js";
import type { HttpFunction, TransportOptions } from "../transport/options.js";
import type { Player } from "./player.js";
import type { Recorder } from "./recorder.js";

// Recorder and player are loaded with the first request: most programs use neither.

/** How a recording sends its requests. */
export interface RecordOptions {
  /** Like the client's option of that name. Default: axios. */
  readonly transport?: HttpFunction | undefined;
}

/**
 * Options for a client that records all requests and answers in a file, a cassette, for a bug report or for {@link
 * replayFrom}. It replaces passwords, cookies, user names, the grid's host and the ids in references, but not names,
 * addresses and comments of objects. The file is complete after each answer. An existing file is overwritten.
 *
 * @param file - path of the cassette, e.g. `"cassette.json"`
 * @example
 * await using wapi = new WapiClient({ ...options, ...recordTo("cassette.json") });
 */
export function recordTo(
  file: string,
  options: RecordOptions = {},
): Required<Pick<TransportOptions, "transport">> {
  checkObject("options", options, {});
  let recorder: Promise<Recorder> | undefined;
  const load = async () => {
    const { Recorder } = await import("./recorder.js");
    return Recorder.start(
      file,
      options.transport ?? (await loadCommonJs(() => import("axios"))).default.request,
    );
  };
  return {
    transport: async (request) => {
      recorder ??= load();
      return (await recorder).send(request);
    },
  };
}

/** Options of a replay. */
export interface ReplayOptions {
  /**
   * The user name for places where requests or answers hold the recording client's user name as a value, e.g. as the
   * owner. Default `"user"`.
   */
  readonly username?: string | undefined;
}

/**
 * Options for a client that gets its answers from a cassette and needs no grid. A request that is not recorded, or was
 * answered as often as it was recorded already, fails with an `InfobloxError` of code `ERR_INFOBLOX_NOT_RECORDED`.
 *
 * @param file - path of a cassette that {@link recordTo} wrote
 * @example
 * await using wapi = new WapiClient({ wapiVersion: "2.12", ...replayFrom("cassette.json") });
 */
export function replayFrom(
  file: string,
  options: ReplayOptions = {},
): Required<Pick<TransportOptions, "url" | "username" | "password" | "transport">> {
  checkObject("options", options, { username: "user" });
  const { username = "user" } = options;
  let player: Promise<Player> | undefined;
  return {
    url: "https://grid.example.com",
    username,
    password: "not-needed",
    transport: async (request) => {
      player ??= import("./player.js").then(({ Player }) => Player.load(file, username));
      return (await player).answer(request);
    },
  };
}
