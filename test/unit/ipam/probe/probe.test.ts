import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeGrid } from "../../../../src/grid/index.js";
import type { Assumptions } from "../../../../src/grid/model/assumptions.js";
import { deleted, deletedView } from "../../../../src/ipam/probe/deleted.js";
import { dnsRefusals } from "../../../../src/ipam/probe/dns-refusals.js";
import { answersOf, experiments, type ProbeOptions, probe } from "../../../../src/ipam/probe/probe.js";
import { refusals } from "../../../../src/ipam/probe/refusals.js";
import { behaviorOf, type GridProfile } from "../../../../src/ipam/profile/profile.js";
import { WapiClient } from "../../../../src/wapi/client.js";
import { inNoTime } from "../../../campaign/virtual-time.js";

/** What an administrator insists on. */
const requiring = [
  { name: "Secret Site", type: "ENUM", list_values: [{ value: "Secret HQ" }, { value: "Lab" }], flags: "M" },
  { name: "Secret Cost", type: "INTEGER", flags: "M", min: 5 },
  { name: "Secret Day", type: "DATE", flags: "M" },
  { name: "Secret Owner", type: "EMAIL", flags: "M", allowed_object_types: ["HostRecord"] },
];

const extattrs = { "Secret Site": "Lab", "Secret Cost": 7, "Secret Day": "2026-11-30T00:00:00Z" };
const member = { _struct: "dhcpmember", name: "infoblox.localdomain" };

const served = { network: "10.0.0.0/24", members: [member], extattrs };
const range = {
  ...{ start: "10.0.0.10", end: "10.0.0.99", extattrs },
  ...{ server_association_type: "MEMBER", member },
};

function gridWith(assumptions: Partial<Assumptions> = {}) {
  const grid = FakeGrid.inMemory({
    assumptions,
    seed: {
      attributes: requiring,
      networks: [served],
      zones: [{ fqdn: "example.com", extattrs }],
      ranges: [range],
    },
  });
  return { grid, wapi: new WapiClient({ ...grid.clientOptions, maxRetries: 0 }) };
}

/** What a probe could leave behind. */
async function holdings(wapi: WapiClient): Promise<unknown> {
  const types = [
    "networkview",
    "view",
    "network",
    "networkcontainer",
    "ipv6network",
    "zone_auth",
    "record:host",
    "fixedaddress",
    "extensibleattributedef",
  ] as const;
  const found = await Promise.all(types.map((type) => wapi.find(type)));
  return found.map((rows) => rows.map(({ _ref }) => _ref));
}

const variants = fc.record({
  isolation: fc.constantFrom("serial" as const, "none" as const),
  choosesNextSideBySide: fc.boolean(),
  refusesStaleWrites: fc.boolean(),
  requestIsTransactional: fc.boolean(),
  searchSeesWritesAfter: fc.constantFrom(0, 150),
  searchFindsGoneFor: fc.constantFrom(0, 150),
  emptyAssignFails: fc.boolean(),
  addressOutsideNetworks: fc.constantFrom("refused" as const, "empty" as const),
  addressSearchesDefaultView: fc.boolean(),
  requiredAttributes: fc.constantFrom("removal" as const, "always" as const),
  requestStatus: fc.constantFrom(200 as const, 201 as const),
  quotesUnknownFields: fc.boolean(),
  nextNetworkIsCapped: fc.boolean(),
  leafParentIsConverted: fc.boolean(),
  pagingNeedsLimit: fc.boolean(),
  loneAddressIsNetwork: fc.boolean(),
  ttlRaisesUseTtl: fc.boolean(),
  hostTtlRaisesUseTtl: fc.boolean(),
  listOrder: fc.constantFrom("recorded" as const, "age" as const, "key" as const, "shuffled" as const),
  emptySearchValue: fc.constantFrom("ignored" as const, "compared" as const),
  rootSchemaVersion: fc.constantFrom("text" as const, "number" as const),
  utilizationCountsRanges: fc.boolean(),
  utilizationUpdatesEvery: fc.constantFrom(0, 900_000),
  networkViewTakesItsViews: fc.boolean(),
  unknownDnsMemberIsRefused: fc.boolean(),
});

type Variant = typeof variants extends fc.Arbitrary<infer T> ? T : never;

/** What a probe should say of a variant. */
function expected(variant: Variant): Record<string, unknown> {
  const { searchSeesWritesAfter: lag, searchFindsGoneFor: gone, isolation } = variant;
  // Where neither new nor changed objects are found at once, nothing shows whether requests overlap.
  const known = lag > 0 && gone > 0 ? undefined : isolation;
  return {
    ...variant,
    isolation: known,
    refusesStaleWrites: known === "none" ? variant.refusesStaleWrites : undefined,
    choosesNextSideBySide: isolation === "none" && variant.choosesNextSideBySide,
    requestSeesItsWrites: lag === 0,
    // Nobody waits for a quarter of an hour.
    utilizationUpdatesEvery: variant.utilizationUpdatesEvery === 0 ? 0 : undefined,
    networksAreUnique: true,
    searchSeesWritesAfter: lag > 0,
    searchFindsGoneFor: gone > 0,
  };
}

/** The same of a profile; a lag counts as found where it is as long as the grid's, or longer for want of quick looks. */
function found({ facts }: GridProfile, variant: Variant): Record<string, unknown> {
  const names = Object.keys(expected(variant));
  const lags = (["searchSeesWritesAfter", "searchFindsGoneFor"] as const).map((name) => [
    name,
    Number(facts[name]) >= Math.max(variant[name] - 5, 1),
  ]);
  return { ...Object.fromEntries(names.map((name) => [name, facts[name]])), ...Object.fromEntries(lags) };
}

describe("a probe", () => {
  it("finds the variant that a grid is", async () => {
    await fc.assert(
      fc.asyncProperty(variants, async (variant) => {
        const { grid, wapi } = gridWith(variant);
        const profile = await inNoTime(grid, () => probe(wapi, { zone: "probe.example.com" }));
        expect(found(profile, variant)).toEqual(expected(variant));
        expect(behaviorOf(profile).path === "serial").toBe(
          variant.isolation === "serial" &&
            variant.requestIsTransactional &&
            variant.searchSeesWritesAfter === 0 &&
            variant.searchFindsGoneFor === 0,
        );
      }),
      { numRuns: 3 },
    );
  });

  it("leaves nothing, and asks each question", async () => {
    const { wapi } = gridWith();
    const before = await holdings(wapi);
    const asked: (string | undefined)[] = [];
    await probe(wapi, { zone: "probe.example.com", onProgress: ({ question }) => asked.push(question) });
    expect(await holdings(wapi)).toEqual(before);
    expect(asked).toEqual([...experiments.map(({ question }) => question), undefined]);
  });

  it("finds FakeGrid to refuse what a grid should, each in a sentence", async () => {
    const { wapi } = gridWith();
    const { facts, sentences } = await probe(wapi, { zone: "probe.example.com" });
    const taken = ["sharedNetworkIsKept", "searchInDeletedZoneIsRefused"];
    for (const { id } of [...refusals, ...dnsRefusals, ...deleted, ...deletedView])
      expect([id, facts[id], typeof sentences?.[id]]).toEqual(
        taken.includes(id) ? [id, false, "undefined"] : [id, true, "string"],
      );
    expect(Math.max(...Object.values(sentences ?? {}).map(({ length }) => length))).toBeLessThan(200);
  });

  it("finds FakeGrid to show what its guesses say", async () => {
    const { wapi } = gridWith();
    const { facts } = await probe(wapi, { zone: "probe.example.com" });
    expect(facts).toMatchObject({
      hostTypeName: "HostRecord",
      addressRowsHaveUuids: false,
      statisticsReference: true,
      staticInRangeCountsOnce: true,
      ipv6NameServers: 23,
      ipv6VendorClass: "DHCP6",
      memberSaysItsKind: true,
      reverseZoneDisplay: "CIDR",
      policyKeysAreOrdinary: true,
      cloudRestrictions: "all",
      blankViewIsAccepted: true,
      nullNameIsAccepted: true,
      readOnlyMembersAreAccepted: true,
      readOnlyFieldsAreAccepted: true,
      arpaZoneIsAccepted: true,
      assignsFromLists: true,
      policyLeavesZoneOut: true,
      dynamicUpdateViewIsKept: true,
    });
  });

  it.each(["removal", "always"] as const)(
    "asks everything of a grid that insists on attributes: %s",
    async (requiredAttributes) => {
      const { wapi } = gridWith({ requiredAttributes, utilizationUpdatesEvery: 0 });
      const profile = await probe(wapi, { zone: "probe.example.com" });
      expect(profile.unanswered).toEqual({ refusesStaleWrites: "requests run one after the other" });
      expect(profile.facts).toMatchObject({
        requiredAttributes,
        requiredRemovalIsRefused: true,
        misplacedAttributeIsRefused: true,
        dateForm: "iso",
      });
      expect(JSON.stringify(profile)).not.toMatch(/secret/i);
    },
  );

  it("holds nothing of the user's", async () => {
    const { wapi } = gridWith({ isolation: "none", choosesNextSideBySide: true });
    const profile = await probe(wapi, { networkView: "our-secret-view", zone: "lab.secret.example.com" });
    const text = JSON.stringify(profile);
    expect(text).not.toMatch(/secret|admin|infoblox|grid\.example|probe-\d|\d+\.\d+\.\d+\.\d+|2001:/i);
    expect(profile.sentences).toMatchObject({
      networkExists: "The network <network> already exists.  Select another network.",
      addressesExhausted: "Cannot find 1 available IP address(es) in this network.",
      hostExists: "The record '<name>' already exists.",
      referenceGone: "Reference <reference> not found",
      networkViewMissing: "Network View <name> not found",
    });
  });

  it("says of each question what its answer means, or why it has none", async () => {
    const { wapi } = gridWith();
    const answers = answersOf(await probe(wapi));
    expect(answers).toHaveLength(experiments.length);
    expect(answers.find(({ id }) => id === "isolation")).toMatchObject({
      answer: "serial",
      meaning: "One after the other, as far as observed: guards make request ids unique",
    });
    expect(answers.find(({ id }) => id === "secondHostIsRefused")).toMatchObject({
      answer: "–",
      meaning: "a zone is needed",
    });
  });

  it.each([3, 17, 40, 90, experiments.length - 1])(
    "deletes its view when it is stopped at question %i",
    async (last) => {
      const { wapi } = gridWith();
      const before = await holdings(wapi);
      const controller = new AbortController();
      const stopped = probe(wapi, {
        zone: "probe.example.com",
        signal: controller.signal,
        onProgress: ({ done }) => done === last && controller.abort(),
      });
      await expect(stopped).rejects.toMatchObject({ name: "AbortedError" });
      expect(await holdings(wapi)).toEqual(before);
    },
  );

  it.each([2, 3, 9, 60, 150, 230, 300, 380])(
    "deletes what a probe has left that broke off after %i requests",
    async (after) => {
      const { grid, wapi } = gridWith();
      const before = await holdings(wapi);
      const view = () => wapi.find("networkview", { where: { name: "infoblox-ipam probe" } });
      grid.faults.always({ fail: "reset-before-commit", after });
      await expect(probe(wapi, { zone: "probe.example.com" })).rejects.toMatchObject({
        code: expect.stringMatching(/CONNECTION|UNCERTAIN/),
      });
      grid.faults.clear();
      expect(await view()).toHaveLength(1);
      await probe(wapi, { zone: "probe.example.com" });
      expect(await holdings(wapi)).toEqual(before);
    },
  );

  it("touches no view that isn't its own", async () => {
    const { wapi } = gridWith();
    await wapi.create("networkview", { name: "prod" });
    await wapi.create("network", { network: "10.1.0.0/24", network_view: "prod" });
    const before = await holdings(wapi);
    await expect(probe(wapi, { networkView: "prod" })).rejects.toThrow("was not made by a probe");
    expect(await holdings(wapi)).toEqual(before);
  });

  it("says so where the user may not make a network view", async () => {
    const { grid, wapi } = gridWith();
    grid.faults.always({ object: "networkview", status: 403 });
    await expect(probe(wapi)).rejects.toMatchObject({ name: "PermissionDeniedError" });
  });

  it("needs no rights on definitions of attributes", async () => {
    const { grid, wapi } = gridWith();
    grid.faults.always({ object: "extensibleattributedef", status: 403 });
    const { facts, unanswered } = await probe(wapi);
    expect(facts.isolation).toBe("serial");
    expect(unanswered).toMatchObject({ dateForm: "this user does not have the permission" });
    expect(
      grid.requests.filter(({ path, method }) => path.includes("attributedef") && method !== "GET"),
    ).toEqual([]);
  });

  it.each([
    [{ networkView: "default" }, /^networkView: must be the name of a network view that does not exist yet/],
    [{ networkView: "" }, /^networkView:/],
    [{ zone: "nodots" }, /^zone: must be the name of a zone/],
    [{ rounds: 3 }, /^rounds: no option of probe/],
  ])("refuses %j before anything is sent", async (options, message) => {
    const { grid, wapi } = gridWith();
    await expect(probe(wapi, options as ProbeOptions)).rejects.toThrow(message);
    expect(grid.requests).toEqual([]);
  });
});
