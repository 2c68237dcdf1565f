import { Ipam, UncertainWriteError } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";

/** The answer to a change is lost, and somebody releases the object. The hint told to call `setup()`, also after that call. */
it("a change whose object is gone does not ask for a setup() that was done", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["2001:db8::/64"] } });
  const error = await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid));
    await ipam.setup();
    const expiresAt = "2030-01-01T00:00:00Z";
    const address = await ipam.requestAddress({ from: "2001:db8::/64", expiresAt });
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    const renewal = ipam.renew(address, { expiresIn: 60 }).catch((cause: unknown) => cause);
    await new Ipam(clientIn(time, grid)).releaseAddress(address);
    return renewal;
  });
  expect(error).toBeInstanceOf(UncertainWriteError);
  expect(error).toMatchObject({ hint: expect.not.stringContaining("setup()") });
});
