/**
 * GitHub Actions: takes an address for the preview of a pull request when it is opened, and releases it when it is closed.
 * Every push runs the workflow again, gets the same address, and keeps it for another week. A nightly run releases the
 * addresses of pull requests that nobody closed.
 *
 *   GITHUB_EVENT_ACTION=opened  PULL_REQUEST=17 npx tsx examples/recipes/github-actions.ts
 *   GITHUB_EVENT_ACTION=closed  PULL_REQUEST=17 npx tsx examples/recipes/github-actions.ts
 *   GITHUB_EVENT_NAME=schedule npx tsx examples/recipes/github-actions.ts
 *
 * In the workflow: `on: { pull_request: { types: [opened, synchronize, closed] }, schedule: [{ cron: "0 3 * * *" }] }`,
 * INFOBLOX_URL, INFOBLOX_USERNAME and INFOBLOX_PASSWORD from its secrets, and `steps.address.outputs.ip` in the steps that
 * follow.
 */

import { appendFile } from "node:fs/promises";
import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const {
  GITHUB_EVENT_NAME: event = "pull_request",
  GITHUB_EVENT_ACTION: action = "opened",
  GITHUB_REPOSITORY: repository = "example/shop",
  GITHUB_OUTPUT: output,
  PULL_REQUEST: pullRequest = "17",
} = process.env;

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ setup: true });
const subnet = process.env["INFOBLOX_SUBNET"] ?? "10.20.0.0/24";
grid?.seed({ networks: [subnet], attributes: ["Owner"] });
const week = 7 * 86_400;

const ipam = new Ipam(new WapiClient(grid?.clientOptions), { owner: "ci" });
const requestId = `${repository}/pull/${pullRequest}`;

if (event === "schedule") {
  const { released } = await ipam.collect();
  console.log(`freed ${released.length}`);
} else if (action === "closed") {
  const { released } = await ipam.releaseAddress({ requestId });
  console.log(released ? `gave back the address of ${requestId}` : `${requestId} has none`);
} else {
  const address = await ipam.requestAddress({
    from: subnet,
    name: `pr-${pullRequest}.preview`,
    dns: false,
    requestId,
    expiresIn: week,
  });
  if (!address.created) await ipam.renew(address, { expiresIn: week });
  console.log(`${requestId} has ${address.ip}${address.created ? "" : ", as before"}`);
  if (output !== undefined) await appendFile(output, `ip=${address.ip}\n`);
}

await ipam.close();
await grid?.close();
