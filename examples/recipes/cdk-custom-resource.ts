/**
 * AWS CDK and CloudFormation: a subnet as a custom resource. CloudFormation may deliver an event twice, and deletes what an
 * update replaced. The request id comes from the stack, so a repeated event returns the same subnet.
 *
 *   npx tsx examples/recipes/cdk-custom-resource.ts
 *
 * In a stack: `new CustomResource(this, "Subnet", { serviceToken: provider.serviceToken, properties: { PrefixLength: 24 } })`,
 * and `resource.getAttString("Cidr")` for the VPC.
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

/** What the provider framework hands to `onEvent`, as far as it matters here. */
interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  /** CloudFormation makes text of every number. */
  readonly ResourceProperties: { readonly Container: string; readonly PrefixLength: string };
}

interface CustomResourceAnswer {
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly Cidr: string; readonly Gateway: string };
}

const grid = process.env["INFOBLOX_URL"]
  ? undefined
  : await FakeGrid.listen({ setup: true, seed: { attributes: ["Owner"] } });
const ipam = new Ipam(new WapiClient(grid?.clientOptions), { owner: "cloudformation" });

export async function onEvent(event: CustomResourceEvent): Promise<CustomResourceAnswer> {
  if (event.RequestType === "Delete") {
    const id = event.PhysicalResourceId ?? "";
    // CloudFormation also deletes a resource whose create failed, which has no subnet: if it is gone, that is success.
    await ipam.releaseSubnet({ requestId: id }, { cascade: true });
    return { PhysicalResourceId: id };
  }
  const { Container, PrefixLength } = event.ResourceProperties;
  // Another size means another subnet. With a new id, CloudFormation deletes the old one after the new one is in use.
  const id = `${event.StackId}/${event.LogicalResourceId}/${PrefixLength}`;
  const subnet = await ipam.requestSubnet({
    from: Container,
    prefixLength: Number(PrefixLength),
    gateway: "first",
    comment: event.LogicalResourceId,
    requestId: id,
  });
  return { PhysicalResourceId: id, Data: { Cidr: subnet.cidr, Gateway: subnet.gateway ?? "" } };
}

// What CloudFormation does in the life of a stack:
grid?.seed({ containers: ["10.20.0.0/16"] });
const stack = {
  StackId: "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1",
  LogicalResourceId: "Subnet",
};
const wanted = { Container: "10.20.0.0/16", PrefixLength: "24" };

const first = await onEvent({ ...stack, RequestType: "Create", ResourceProperties: wanted });
console.log("created ", first.Data);
const again = await onEvent({ ...stack, RequestType: "Create", ResourceProperties: wanted });
console.log("repeated", again.Data);

const larger = { ...wanted, PrefixLength: "23" };
const old = first.PhysicalResourceId;
const second = await onEvent({
  ...stack,
  RequestType: "Update",
  PhysicalResourceId: old,
  ResourceProperties: larger,
});
console.log("replaced", second.Data);
for (const PhysicalResourceId of [old, second.PhysicalResourceId]) {
  await onEvent({ ...stack, RequestType: "Delete", PhysicalResourceId, ResourceProperties: larger });
}
console.log("deleted  both");

await ipam.close();
await grid?.close();
