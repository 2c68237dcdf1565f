import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

describe("what a grid can be told", () => {
  it("refuses a misspelt option, and says which there are", async () => {
    await expect(FakeGrid.listen({ sed: {} } as object)).rejects.toThrow(
      /FakeGrid has no option "sed"; it has .*\bseed\b/,
    );
    expect(() => FakeGrid.intercept("https://grid.example.com", { userr: "x" } as object)).toThrow(
      /no option "userr"/,
    );
  });

  it("refuses a misspelt assumption", async () => {
    const assumptions = { requestIsTransactionl: false };
    await expect(FakeGrid.listen({ assumptions } as object)).rejects.toThrow(
      /no assumption "requestIsTransactionl"; it has requestIsTransactional/,
    );
  });

  it("refuses to intercept what is no address", () => {
    expect(() => FakeGrid.intercept("grid.example.com")).toThrow(
      '"grid.example.com" is not an address to intercept; valid: https://grid.example.com',
    );
  });
});
