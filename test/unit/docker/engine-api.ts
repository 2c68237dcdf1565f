/** An engine's API on a socket, as far as it tells of networks and containers. */

import { createServer, type Server } from "node:http";
import { join } from "node:path";

/** What it shows. */
export interface Shown {
  readonly subnets?: readonly string[];
  readonly swarm?: readonly string[];
  /** Addresses of running containers, on the first of the subnets. */
  readonly running?: readonly string[];
  /** `--ip` of containers that are stopped. */
  readonly stopped?: readonly string[];
  /** `active`: it is a node of a swarm. */
  readonly node?: "active" | "inactive";
  /** Whether that node is a manager. */
  readonly isManager?: boolean;
}

export class EngineApi {
  readonly socket: string;
  shown: Shown;
  /** While it starts it takes connections, and answers nothing. */
  isStarting = false;
  readonly #server: Server;

  private constructor(folder: string, shown: Shown) {
    this.shown = shown;
    this.socket = join(folder, `engine-${Math.random().toString(36).slice(2)}.sock`);
    this.#server = createServer(({ url = "" }, response) => {
      if (this.isStarting) return;
      const answers = answersOf(this.shown);
      response.statusCode = url in answers ? 200 : 404;
      response.end(JSON.stringify(answers[url] ?? { message: "not found" }));
    });
  }

  static async start(folder: string, shown: Shown = {}): Promise<EngineApi> {
    const api = new EngineApi(folder, shown);
    await new Promise<void>((done) => api.#server.listen(api.socket, done));
    return api;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }
}

function answersOf(shown: Shown): Record<string, unknown> {
  const networks = [
    ...(shown.subnets ?? []).map((Subnet) => ({ Id: Subnet, Scope: "local", Subnet })),
    ...(shown.swarm ?? []).map((Subnet) => ({ Id: Subnet, Scope: "swarm", Subnet })),
  ].map(({ Id, Scope, Subnet }) => ({ Id: encodeURIComponent(Id), Scope, IPAM: { Config: [{ Subnet }] } }));
  const containers = (shown.stopped ?? []).map((IPv4Address, index) => ({
    Id: `s${index}`,
    Name: `/stopped-${index}`,
    NetworkSettings: { Networks: { net: { IPAddress: "", IPAMConfig: { IPv4Address } } } },
  }));
  const running = (shown.running ?? []).map(
    (ip, index) => [`r${index}`, { Name: `run-${index}`, IPv4Address: `${ip}/24` }] as const,
  );
  return {
    "/networks": networks,
    "/info": {
      Swarm: { LocalNodeState: shown.node ?? "inactive", ControlAvailable: shown.isManager ?? false },
    },
    "/containers/json?all=1": containers.map(({ Id }) => ({ Id })),
    ...Object.fromEntries(
      networks.map((network, index) => [
        `/networks/${network.Id}`,
        { ...network, Containers: index === 0 ? Object.fromEntries(running) : {} },
      ]),
    ),
    ...Object.fromEntries(containers.map((container) => [`/containers/${container.Id}/json`, container])),
  };
}
