// Run by the package tests, as plain JavaScript.
import { InfobloxError, Ipam, isInfobloxError, PoolExhaustedError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

async function main() {
  const grid = await FakeGrid.listen({ setup: true, seed: { containers: ["10.0.0.0/24"] } });
  const wapi = new WapiClient(grid.clientOptions);
  const ipam = new Ipam(wapi);

  const subnet = await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25, requestId: "packed/1" });
  const web = await ipam.requestAddress({ from: subnet, mac: "02:42:ac:11:00:02", requestId: "packed/2" });
  const [stored] = await wapi.find("network", { where: { network: subnet.cidr }, fields: ["network"] });
  const network = stored?.network;

  await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 });
  let caught;
  try {
    await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 });
  } catch (error) {
    caught = error;
  }

  console.log(
    JSON.stringify({
      subnet: network,
      ip: web.ip,
      full:
        caught instanceof PoolExhaustedError && caught instanceof InfobloxError && isInfobloxError(caught),
    }),
  );
  await wapi.close();
  await grid.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1); // also when the grid still listens
});
