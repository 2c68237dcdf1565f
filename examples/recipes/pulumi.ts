/**
 * Pulumi: a subnet as a dynamic resource. Its id is the request id. If an `up` is interrupted, the second run finds what the
 * first one took.
 *
 *   npx tsx examples/recipes/pulumi.ts
 *
 * In a program: `class Subnet extends pulumi.dynamic.Resource`, with `super(subnetProvider, name, { cidr: undefined, …inputs })`.
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

interface SubnetInputs {
  readonly name: string;
  readonly container: string;
  readonly prefixLength: number;
  readonly comment?: string;
}

interface SubnetOutputs extends SubnetInputs {
  readonly cidr: string;
  readonly ref: string;
}

const grid = process.env["INFOBLOX_URL"]
  ? undefined
  : await FakeGrid.listen({ setup: true, seed: { attributes: ["Owner"] } });
const wapi = new WapiClient(grid?.clientOptions);
const ipam = new Ipam(wapi, { owner: "pulumi" });

/** The shape that Pulumi asks of a dynamic provider. */
export const subnetProvider = {
  async create(inputs: SubnetInputs): Promise<{ id: string; outs: SubnetOutputs }> {
    const id = `pulumi/${inputs.name}`;
    const { cidr, ref } = await ipam.requestSubnet({
      from: inputs.container,
      prefixLength: inputs.prefixLength,
      comment: inputs.comment,
      requestId: id,
    });
    return { id, outs: { ...inputs, cidr, ref } };
  },

  /** For `pulumi refresh`: what the grid holds now. An id that is empty tells Pulumi that the subnet is gone. */
  async read(id: string, outputs: SubnetOutputs): Promise<{ id?: string; props?: SubnetOutputs }> {
    const [subnet] = await ipam.findSubnets({ cidr: outputs.cidr });
    if (subnet === undefined) return {};
    const { comment, ...rest } = outputs;
    return { id, props: { ...rest, ...(subnet.comment !== undefined && { comment: subnet.comment }) } };
  },

  async diff(_id: string, old: SubnetOutputs, wanted: SubnetInputs) {
    const replaces = (["name", "container", "prefixLength"] as const).filter(
      (key) => old[key] !== wanted[key],
    );
    return { changes: replaces.length > 0 || old.comment !== wanted.comment, replaces };
  },

  async update(_id: string, old: SubnetOutputs, wanted: SubnetInputs): Promise<{ outs: SubnetOutputs }> {
    const [subnet] = await ipam.findSubnets({ cidr: old.cidr });
    if (subnet !== undefined) await wapi.update(subnet.ref, { comment: wanted.comment ?? "" });
    return { outs: { ...old, ...wanted } };
  },

  async delete(id: string): Promise<void> {
    try {
      await ipam.releaseSubnet({ requestId: id });
    } catch (error) {
      // Pulumi shows the message, which names the addresses in the way.
      if (isInfobloxError(error, "SubnetInUseError")) throw new Error(error.message, { cause: error });
      throw error;
    }
  },
};

// What Pulumi does:
grid?.seed({ containers: ["10.20.0.0/16"] });
const inputs: SubnetInputs = {
  name: "shop/blue",
  container: "10.20.0.0/16",
  prefixLength: 24,
  comment: "blue",
};
const { id, outs } = await subnetProvider.create(inputs);
console.log(`up       ${outs.cidr}`);
console.log(`again    ${(await subnetProvider.create(inputs)).outs.cidr}`);

const wanted: SubnetInputs = { ...inputs, comment: "blue, second shelf" };
console.log("preview ", await subnetProvider.diff(id, outs, wanted));
await subnetProvider.update(id, outs, wanted);
console.log("refresh ", (await subnetProvider.read(id, outs)).props?.comment);

await subnetProvider.delete(id);
console.log("destroy  done:", await subnetProvider.read(id, outs));
await wapi.close();
await grid?.close();
