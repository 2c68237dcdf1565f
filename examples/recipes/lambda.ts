/**
 * AWS Lambda: one client for all invocations of a warm instance, a request id for repeated deliveries, and a deadline below
 * the platform's own.
 *
 *   npx tsx examples/recipes/lambda.ts
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

interface Event {
  /** Given by the platform or the caller; the same for a repeated delivery. */
  readonly id: string;
  readonly hostname: string;
}

interface Response {
  readonly statusCode: number;
  readonly body: string;
}

// In a real function: new WapiClient() reads INFOBLOX_URL, INFOBLOX_USERNAME, INFOBLOX_PASSWORD …
const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ setup: true });
const wapi = new WapiClient(grid?.clientOptions);
const ipam = new Ipam(wapi);
const subnet = process.env["INFOBLOX_SUBNET"] ?? "10.20.0.0/24";

export async function handler(event: Event): Promise<Response> {
  try {
    const address = await ipam.requestAddress({
      from: subnet,
      name: event.hostname,
      dns: false,
      requestId: event.id,
      signal: AbortSignal.timeout(20_000),
    });
    return { statusCode: 200, body: JSON.stringify({ ip: address.ip }) };
  } catch (error) {
    if (isInfobloxError(error, "PoolExhaustedError")) return { statusCode: 507, body: error.message };
    if (isInfobloxError(error, "InvalidRequestError")) return { statusCode: 400, body: error.message };
    throw error; // the platform delivers the event again, with the same id
  }
}

grid?.seed({ networks: [subnet] });
console.log(await handler({ id: "event-1", hostname: "worker-1" }));
console.log(await handler({ id: "event-2", hostname: "worker-2" }));
console.log(await handler({ id: "event-2", hostname: "worker-2" }), "the same event once more");

await ipam.releaseAddress({ requestId: "event-1" });
await ipam.releaseAddress({ requestId: "event-2" });
await wapi.close();
await grid?.close();
