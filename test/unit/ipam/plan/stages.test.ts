import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlanIntent as Intent } from "../../../../src/ipam/plan/intent.js";
import { stagesOf } from "../../../../src/ipam/plan/stages.js";

type Step = Pick<Intent, "name"> & Partial<Pick<Intent, "needs" | "uses" | "keepsItsPlace">>;

function intent({ name, needs = [], uses = needs, keepsItsPlace = false }: Step): Intent {
  const known = { kind: "subnet", name, type: "network" } as const;
  const compose = () => {
    throw new Error("not composed here");
  };
  return {
    name,
    noun: "subnet",
    known,
    needs,
    uses,
    keepsItsPlace,
    pools: [],
    summary: name,
    compose,
  };
}

const namesIn = (steps: readonly Step[]) =>
  stagesOf(steps.map(intent)).map((stage) => stage.map(({ name }) => name));

describe("stages of a plan", () => {
  it("are one where references will do", () => {
    expect(namesIn([{ name: "a" }, { name: "b", uses: ["a"] }, { name: "c", uses: ["b"] }])).toEqual([
      ["a", "b", "c"],
    ]);
  });

  it("are as few as there are things to be known one after the other", () => {
    const steps = [
      { name: "a" },
      { name: "of-a", needs: ["a"] },
      { name: "b" },
      { name: "of-b", needs: ["b"] },
      { name: "of-of-a", needs: ["of-a"] },
    ];
    expect(namesIn(steps)).toEqual([["a", "b"], ["of-a", "of-b"], ["of-of-a"]]);
  });

  it("complete a subnet with its gateway before others take the address", () => {
    const steps = [{ name: "blue" }, { name: "blue", needs: ["blue"] }, { name: "web", uses: ["blue"] }];
    expect(namesIn(steps)).toEqual([["blue"], ["blue", "web"]]);
  });

  it("leave a release between what stands before it and what stands behind", () => {
    const steps = [
      { name: "a" },
      { name: "of-a", needs: ["a"] },
      { name: "old", keepsItsPlace: true },
      { name: "new" },
    ];
    expect(namesIn(steps)).toEqual([["a"], ["of-a", "old", "new"]]);
  });

  it("hold no more than a grid does in time", () => {
    const steps = Array.from({ length: 250 }, (_, index) => ({ name: `step-${index}` }));
    expect(namesIn(steps).map((stage) => stage.length)).toEqual([100, 100, 50]);
  });

  it("never put a step before what it uses, nor beside what it needs", () => {
    const plans = fc
      .array(
        fc.record({ uses: fc.array(fc.nat(20)), needs: fc.array(fc.nat(20)), keepsItsPlace: fc.boolean() }),
        {
          maxLength: 20,
        },
      )
      .map((steps) =>
        steps.map(({ uses, needs, keepsItsPlace }, index): Step => {
          const earlier = (places: readonly number[]) => places.filter((place) => place < index).map(String);
          return {
            name: String(index),
            uses: earlier([...uses, ...needs]),
            needs: earlier(needs),
            keepsItsPlace,
          };
        }),
      );
    fc.assert(
      fc.property(plans, (steps) => {
        const stages = namesIn(steps);
        const stageOf = (name: string) => stages.findIndex((stage) => stage.includes(name));
        const order = stages.flat();
        expect([...order].sort()).toEqual(steps.map(({ name }) => name).sort());
        for (const { name, uses = [], needs = [] } of steps) {
          for (const one of uses) expect(order.indexOf(one)).toBeLessThan(order.indexOf(name));
          for (const one of needs) expect(stageOf(one)).toBeLessThan(stageOf(name));
        }
      }),
    );
  });
});
