import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Sealed } from "../../../src/transport/sealed.js";

describe("Sealed", () => {
  it("gives its value to whoever opens it, and to nobody else", () => {
    const sealed = new Sealed("Gr1d-password");
    expect(sealed.open()).toBe("Gr1d-password");
    const printed = [
      String(sealed),
      `${sealed}`,
      JSON.stringify({ sealed }),
      inspect(sealed, { showHidden: true, depth: 9 }),
      inspect({ deep: { sealed } }, { customInspect: false, showHidden: true, depth: 9 }),
      format("%s %j %o", sealed, sealed, sealed),
      JSON.stringify(structuredClone({ ...sealed })),
    ];
    expect(printed.filter((text) => text.includes("Gr1d"))).toEqual([]);
  });
});
