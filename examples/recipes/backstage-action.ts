/**
 * Backstage: a scaffolder action that reserves a subnet for a new service. The task's id is the request id. If a task starts
 * again, it continues with the subnet that it has.
 *
 *   npx tsx examples/recipes/backstage-action.ts
 *
 * In a backend module: `createTemplateAction(reserveSubnet(ipam))`, then `action: infoblox:subnet:reserve` in a template.
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

interface Input {
  readonly service: string;
  readonly size?: number;
}

/** What Backstage hands to an action, as far as it matters here. */
interface ActionContext {
  readonly input: Input;
  readonly logger: { info(message: string): void };
  readonly signal?: AbortSignal;
  readonly task: { readonly id: string };
  output(name: "cidr" | "gateway", value: string): void;
}

export function reserveSubnet(ipam: Ipam, from: readonly string[]) {
  return {
    id: "infoblox:subnet:reserve",
    description: "Reserves the next free subnet for a service",
    async handler({ input, logger, signal, task, output }: ActionContext): Promise<void> {
      const { service, size = 26 } = input;
      try {
        const subnet = await ipam.requestSubnet({
          from,
          prefixLength: size,
          gateway: "first",
          comment: service,
          requestId: `backstage/${task.id}/${service}`,
          signal,
        });
        logger.info(`${service} has ${subnet.cidr}${subnet.created ? "" : ", as before"}`);
        output("cidr", subnet.cidr);
        output("gateway", subnet.gateway ?? "");
      } catch (error) {
        // The task's log shows the text, so it also says who can help.
        if (!isInfobloxError(error, "PoolExhaustedError")) throw error;
        throw new Error(`${error.message} Ask the network team for another container.`, { cause: error });
      }
    },
  };
}

// What Backstage does with a task that is started twice:
const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ setup: true });
grid?.seed({ containers: ["10.20.0.0/25"] });
const ipam = new Ipam(new WapiClient(grid?.clientOptions));
const action = reserveSubnet(ipam, ["10.20.0.0/25"]);
const run = (id: string, service: string) =>
  action.handler({
    input: { service },
    logger: { info: (message) => console.log(message) },
    task: { id },
    output: (name, value) => console.log(`  ${name}: ${value}`),
  });

await run("task-1", "shop");
await run("task-1", "shop");
await run("task-2", "bank");
await run("task-3", "post").catch((error: Error) => console.log(`task-3 failed: ${error.message}`));

for (const id of ["backstage/task-1/shop", "backstage/task-2/bank"])
  await ipam.releaseSubnet({ requestId: id });
await ipam.close();
await grid?.close();
