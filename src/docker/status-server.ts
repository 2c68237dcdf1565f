import { createServer, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import type { DriverServer } from "./server.js";
import type { DriverLogger } from "./settings.js";
import { bind, type ListenPlace } from "./socket.js";
import type { DriverHealth, DriverStatus } from "./status.js";

/** What the server reports. */
export interface Observed {
  readonly driver: { health(): Promise<DriverHealth>; readonly pendingReleases: number };
  readonly status: DriverStatus;
  readonly logger: DriverLogger;
}

/** See `IpamDriver.listenForStatus`. */
export async function listenForStatus(observed: Observed, place: ListenPlace): Promise<DriverServer> {
  const metrics = await metricsOf(observed);
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    };
    if (path === "/health") {
      const health = await observed.driver.health();
      send(health.status === "ok" ? 200 : 503, "application/json", `${JSON.stringify(health)}\n`);
    } else if (path === "/metrics" && metrics !== undefined) {
      send(200, metrics.contentType, await metrics.metrics());
    } else if (path === "/metrics") {
      send(501, "text/plain", "Metrics need the package prom-client, which is not installed.\n");
    } else {
      send(404, "text/plain", "Only /health and /metrics exist.\n");
    }
  };
  const server = createServer({ requestTimeout: 10_000 }, ({ method, url = "", headers }, response) => {
    // A web page in a browser can reach a port of its machine.
    if (headers.origin !== undefined || (method !== "GET" && method !== "HEAD")) {
      response.writeHead(headers.origin === undefined ? 405 : 403).end();
      return;
    }
    answer(url.split("?")[0] ?? "", response).catch((error: unknown) => {
      observed.logger.error(`status: ${String(error)}`);
      response.writeHead(500).end();
    });
  });
  const address = await bind(server, place);
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { address, close, [Symbol.asyncDispose]: close };
}

/** The metrics, or `undefined` if `prom-client` is not installed. */
async function metricsOf({ driver, status, logger }: Observed): Promise<Registry | undefined> {
  const client = await import("prom-client").catch(() => undefined);
  if (client === undefined) {
    logger.warn("/metrics needs the package prom-client: npm install --global prom-client");
    return undefined;
  }
  const { Registry, Counter, Histogram, Gauge, collectDefaultMetrics } = client.default;
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: "infoblox_ipam_docker_calls_total",
    help: "Calls by Docker, by call and outcome (done, failed)",
    labelNames: ["call", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "infoblox_ipam_docker_call_duration_seconds",
    help: "Duration of calls by Docker",
    labelNames: ["call"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value !== undefined) this.set(value);
      },
    });
  gauge("infoblox_ipam_docker_grid_up", "1 if the grid served the last call that needed it, else 0", () =>
    status.reason === undefined ? 1 : 0,
  );
  gauge(
    "infoblox_ipam_docker_pending_releases",
    "Releases that wait to be repeated",
    () => driver.pendingReleases,
  );
  gauge(
    "infoblox_ipam_docker_leftovers",
    "Objects on the grid without a holder in Docker at the last comparison",
    () => status.leftovers,
  );
  collectDefaultMetrics({ register: registry });
  status.onCall(({ call, seconds: took, error }) => {
    calls.inc({ call, outcome: error === undefined ? "done" : "failed" });
    seconds.observe({ call }, took);
  });
  return registry;
}
