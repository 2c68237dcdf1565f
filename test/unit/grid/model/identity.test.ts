import { expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

const newest = { version: "2.14" };

it("gives each object an identity from WAPI 2.14 on, which finds it and outlives every change", () => {
  const asked = new Asked();
  const ref = asked.create("network", { network: "10.0.0.0/24" });
  const { uuid } = asked.get(`${ref}?_return_fields=uuid`, newest).json;
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  asked.put(ref, { comment: "blue" });
  const { json } = asked.get(`network?uuid=${uuid}&_return_fields=uuid,comment`, newest);
  expect(json).toMatchObject([{ uuid, comment: "blue" }]);
  expect(asked.get(`${ref}?_return_fields=uuid`, { version: "2.13" }).status).toBe(400);
});

it("gives another identity to another object at the same place", () => {
  const asked = new Asked();
  const uuids = [1, 2].map(() => {
    const ref = asked.create("network", { network: "10.0.0.0/24" });
    const { uuid } = asked.get(`${ref}?_return_fields=uuid`, newest).json;
    asked.delete(ref);
    return uuid;
  });
  expect(new Set(uuids).size).toBe(2);
});

it("finds by identity among many, too", () => {
  const asked = new Asked({ seed: { networks: Array.from({ length: 80 }, (_, at) => `10.0.${at}.0/24`) } });
  const all = asked.get("network?_return_fields=uuid,network", newest).json;
  expect(asked.get(`network?uuid=${all[41].uuid}`, newest).json).toMatchObject([
    { network: all[41].network },
  ]);
});

it("gives none to rows that are made for a search", () => {
  const asked = new Asked({ seed: { networks: ["10.0.0.0/24"] } });
  const [row] = asked.get("ipv4address?ip_address=10.0.0.9&_return_fields=ip_address", newest).json;
  expect(row.uuid).toBeUndefined();
});
