import { InvalidRequestError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networks: ["10.1.0.0/24"],
  zones: ["example.com"],
  attributes: ["Request ID", "Request Attempt", "Last Change"],
} as const;
const mac = (index: number) => `02:42:ac:11:01:${String(10 + index)}`;

behindEveryDoor("many addresses with a client each", (visit) => {
  it("are fixed addresses, or hosts that DHCP knows", async () => {
    const { ipam } = await visit({ seed });
    const fixed = await ipam.requestAddresses({ from: "10.1.0.0/24", count: 3, mac });
    expect(fixed.map((one) => [one.kind, one.mac])).toEqual([0, 1, 2].map((index) => ["fixed", mac(index)]));
    const name = (index: number) => `web-${index}.example.com`;
    const hosts = await ipam.requestAddresses({
      ...{ from: "10.1.0.0/24", count: 2, name, mac: (index) => mac(index + 20) },
    });
    expect(hosts.map((one) => [one.kind, one.name, one.mac])).toEqual(
      [0, 1].map((index) => ["host", name(index), mac(index + 20)]),
    );
  });

  it("are refused before anything is sent, where one is no MAC address", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const sent = await requestsOf(async () => {
      for (const wrong of [() => "xx", () => 3 as unknown as string, () => null as unknown as string]) {
        const work = ipam.requestAddresses({ from: "10.1.0.0/24", count: 2, mac: wrong });
        await expect(work).rejects.toThrow(InvalidRequestError);
      }
    });
    expect(sent).toBe(0);
  });
});
