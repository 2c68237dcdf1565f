/**
 * Preview environments that clean up after themselves: each pull request gets a subnet and an address for three days, and
 * every push renews them. A nightly job releases what nobody renewed.
 *
 *   npx tsx examples/preview-environments.ts
 */

import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = await FakeGrid.listen({
  setup: true,
  seed: { containers: ["10.20.0.0/16"], zones: ["preview.example.com"], attributes: ["Owner"] },
});
const ipam = new Ipam({ ...grid.clientOptions, owner: "ci" });
const day = 86_400;

async function preview(pull: number) {
  const id = `shop/pull/${pull}`;
  const subnet = await ipam.requestSubnet({
    ...{ from: "10.20.0.0/16", prefixLength: 28, requestId: `${id}/subnet` },
    expiresIn: 3 * day,
  });
  const web = await ipam.requestAddress({
    ...{ from: subnet, name: `pr-${pull}.preview.example.com`, requestId: `${id}/web` },
    expiresIn: 3 * day,
  });
  return { subnet, web };
}

const abandoned = await preview(17);
const busy = await preview(18);
console.log(`17 has ${abandoned.web.ip}, 18 has ${busy.web.ip}`);

// A push to pull request 18 renews it for a week.
for (const thing of [busy.subnet, busy.web]) await ipam.renew(thing, { expiresIn: 7 * day });

// A nightly job does this; here, as if four days had passed.
const now = new Date(Date.now() + 4 * day * 1000);
const { released: would } = await ipam.collect({ dryRun: true, now });
console.log("would free", would.map(({ place }) => place).join(", "));

const { released, kept } = await ipam.collect({ now });
console.log(`freed ${released.length}, kept ${kept.length}`);

const { subnets, addresses, expired } = await ipam.audit({ now });
console.log("still held:", [...subnets, ...addresses].map(({ place }) => place).join(", "));
console.log(`expired: ${expired.length}`);

await ipam.close();
await grid.close();
