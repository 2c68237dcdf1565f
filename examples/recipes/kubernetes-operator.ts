/**
 * A Kubernetes operator: the reconcile function of a custom resource `AddressClaim`. Kubernetes may call it at any time, any
 * number of times, in several replicas. The claim's uid is the request id.
 *
 *   npx tsx examples/recipes/kubernetes-operator.ts
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const finalizer = "infoblox.example.com/address";

interface AddressClaim {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly finalizers: readonly string[];
  };
  readonly spec: { readonly pool: string };
  readonly status?: Status;
}

type Status =
  | { readonly phase: "Bound"; readonly ip: string }
  | { readonly phase: "Failed"; readonly message: string };

/** What to write to the claim, and whether to look at it again later. */
interface Reconciled {
  readonly finalizers: readonly string[];
  readonly status?: Status;
  readonly requeueAfterSeconds?: number;
}

export async function reconcile(ipam: Ipam, claim: AddressClaim, signal?: AbortSignal): Promise<Reconciled> {
  const { name, namespace, uid, deletionTimestamp, finalizers } = claim.metadata;
  const others = finalizers.filter((one) => one !== finalizer);
  if (deletionTimestamp !== undefined) {
    await ipam.releaseAddress({ requestId: uid }, { signal }); // if it is gone already, that is success
    return { finalizers: others };
  }
  // Before the operator takes the address: if the claim is deleted in between, Kubernetes must call this once more.
  if (!finalizers.includes(finalizer)) return { finalizers: [...others, finalizer], requeueAfterSeconds: 0 };
  try {
    const { ip } = await ipam.requestAddress({
      from: { extattrs: { Pool: claim.spec.pool } },
      name: `${name}.${namespace}`,
      dns: false,
      requestId: uid,
      signal,
    });
    return { finalizers, status: { phase: "Bound", ip } };
  } catch (error) {
    if (!isInfobloxError(error)) throw error;
    // A full pool may have room tomorrow, and somebody may correct a wrong claim. The queue repeats everything else.
    const lasting =
      isInfobloxError(error, "PoolExhaustedError") || isInfobloxError(error, "InvalidRequestError");
    if (!lasting) throw error;
    return { finalizers, status: { phase: "Failed", message: error.message }, requeueAfterSeconds: 300 };
  }
}

// What the controller does with a claim, from start to end:
const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ setup: true });
grid?.seed({
  attributes: [{ name: "Pool", type: "STRING" }],
  networks: [{ network: "10.20.0.0/24", extattrs: { Pool: "workers" } }],
});
const ipam = new Ipam(new WapiClient(grid?.clientOptions), { owner: "address-operator" });

let claim: AddressClaim = {
  metadata: {
    name: "worker-1",
    namespace: "shop",
    uid: "3f0c8a52-6d1b-4f6e-9a57-0c4c7f1f2b11",
    finalizers: [],
  },
  spec: { pool: "workers" },
};
const apply = async () => {
  const { finalizers, status } = await reconcile(ipam, claim);
  claim = { ...claim, metadata: { ...claim.metadata, finalizers }, ...(status && { status }) };
  console.log(claim.metadata.finalizers, claim.status);
};
await apply(); // the finalizer
await apply(); // the address
await apply(); // nothing new
claim = { ...claim, metadata: { ...claim.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
await apply(); // released

await ipam.close();
await grid?.close();
