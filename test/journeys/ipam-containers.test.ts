import { ConflictError, InvalidRequestError, Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

behindEveryDoor("containers and network views that have to be there", (visit) => {
  it.each([
    ["10.0.0.0/16", 4, 16],
    ["2001:db8::/32", 6, 32],
  ] as const)("makes the container %s once", async (cidr, family, prefixLength) => {
    const { ipam } = await visit();
    const first = await ipam.ensureContainer({ cidr, comment: "Docker hosts" });
    const again = await ipam.ensureContainer({ cidr, comment: "another" });
    expect(first).toMatchObject({ cidr, family, prefixLength, comment: "Docker hosts", created: true });
    expect(again).toEqual({ ...first, created: false });
  });

  it("names the container around it", async () => {
    const { ipam } = await visit({ seed: { containers: ["10.0.0.0/8"] } });
    expect(await ipam.ensureContainer({ cidr: "10.1.0.0/16" })).toMatchObject({ container: "10.0.0.0/8" });
  });

  it("makes a network view, and a container in it", async () => {
    const { ipam } = await visit();
    expect(await ipam.ensureNetworkView("docker")).toMatchObject({ name: "docker", created: true });
    expect(await ipam.ensureNetworkView("docker")).toMatchObject({ name: "docker", created: false });
    await ipam.ensureContainer({ cidr: "10.0.0.0/16", networkView: "docker" });
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", networkView: "docker", prefixLength: 24 });
    expect(subnet).toMatchObject({ cidr: "10.0.0.0/24", networkView: "docker" });
  });

  it("ends with one of each, however many callers ask at once", async () => {
    const { grid } = await visit();
    const callers = Array.from({ length: 6 }, () => new Ipam(grid.clientOptions));
    const views = await Promise.all(callers.map((ipam) => ipam.ensureNetworkView("docker")));
    const containers = await Promise.all(
      callers.map((ipam) => ipam.ensureContainer({ cidr: "10.0.0.0/16", networkView: "docker" })),
    );
    expect(new Set(views.map(({ ref }) => ref)).size).toBe(1);
    expect(new Set(containers.map(({ ref }) => ref)).size).toBe(1);
    expect(containers.filter(({ created }) => created)).toHaveLength(1);
    for (const ipam of callers) await ipam.close();
  });

  it("says so where a subnet stands in the container's place", async () => {
    const { ipam } = await visit({ seed: { networks: ["10.0.0.0/16"] } });
    await expect(ipam.ensureContainer({ cidr: "10.0.0.0/16" })).rejects.toThrow(ConflictError);
  });

  it("refuses what is wrong before anything is sent", async () => {
    const { ipam, requestsOf } = await visit();
    const sent = await requestsOf(async () => {
      await expect(ipam.ensureContainer({ cidr: "10.0.0.1/16" })).rejects.toThrow(InvalidRequestError);
      await expect(ipam.ensureNetworkView("")).rejects.toThrow(/^name: must be the name of a view/);
    });
    expect(sent).toBe(0);
  });
});
