import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expiryIn, expiryOf, formatExpiry } from "../../../../src/ipam/marks/expiry.js";
import { systemClock } from "../../../../src/wapi/clock.js";

const noon = Date.UTC(2030, 0, 1, 12);
const settings = { clock: { ...systemClock, wallTime: () => noon } };

describe("expiryOf", () => {
  it("counts seconds from the clock's now", () => {
    expect(expiryOf(settings, { expiresIn: 90 })).toBe("2030-01-01T12:01:30Z");
  });

  it("takes a Date and a text of any zone, in UTC", () => {
    expect(expiryOf(settings, { expiresAt: new Date(noon) })).toBe("2030-01-01T12:00:00Z");
    expect(expiryOf(settings, { expiresAt: "2030-01-01T12:00:00+02:00" })).toBe("2030-01-01T10:00:00Z");
  });

  it("is undefined where nothing is said", () => {
    expect(expiryOf(settings, {})).toBeUndefined();
  });
});

describe("formatExpiry", () => {
  const time = fc.integer({ min: 0, max: Date.UTC(9999, 0) });

  it("is never earlier than the time, nor a second later", () => {
    fc.assert(
      fc.property(time, (ms) => {
        const read = expiryIn({ "Expires At": formatExpiry(ms) }, "Expires At")?.getTime() ?? Number.NaN;
        return read >= ms && read < ms + 1000;
      }),
    );
  });

  it("orders texts as times", () => {
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        return formatExpiry(early) <= formatExpiry(late);
      }),
    );
  });
});

describe("expiryIn", () => {
  it.each(["soon", "2030-01-01", "2030-13-01T00:00:00Z", "2030-01-01T12:00:00+02:00", ""])(
    "takes %j for no expiry: what can't be read is never freed",
    (text) => {
      expect(expiryIn({ "Expires At": text }, "Expires At")).toBeUndefined();
    },
  );

  it("reads the attribute that is named, and no other", () => {
    const extattrs = { Until: "2030-01-01T12:00:00Z" };
    expect(expiryIn(extattrs, "Until")).toEqual(new Date(noon));
    expect(expiryIn(extattrs, "Expires At")).toBeUndefined();
    expect(expiryIn(undefined, "Until")).toBeUndefined();
  });
});
