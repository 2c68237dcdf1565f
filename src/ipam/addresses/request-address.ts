import { explainedZone, viewOfHosts } from "../dns/missing-zone.js";
import { addressKind } from "../once/kinds.js";
import { makeOnce } from "../once/once.js";
import type { Draft, Make } from "../once/request.js";
import { addressDifferences } from "../once/request-mismatch.js";
import type { Marks } from "../ownership.js";
import type { Address } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { takeFromFirst } from "../sources/pool.js";
import { begin, type Choice, choiceOf, chooseAnother } from "../sources/source-choices.js";
import { addressDraft, nextAddress, type WantedAddresses } from "./address-drafts.js";
import { type AddressOrder, addressOrder, type DualStackAddress } from "./address-order.js";
import type { NextAddress } from "./address-place.js";
import { addressPool } from "./address-pool.js";
import { type AddressSource, fromSource } from "./address-sources.js";
import { takeExplicit } from "./explicit-address.js";

/** See `Ipam.requestAddress`. */
export async function requestAddress(settings: IpamSettings, request: unknown): Promise<Address> {
  const order = await addressOrder(settings, request);
  const differences = (existing: Address) => addressDifferences(order, existing);
  const { name = "", aliases = [], networkView, signal } = order;
  return makeOnce(settings, addressKind, { ...order, differences }, (make, marks) => {
    const { place } = order;
    switch (place.kind) {
      case "explicit":
        return takeExplicit(settings, order, place, marks, make);
      case "dual":
        return takeBoth(settings, order, place, marks, make);
      case "next":
        return takeNext(settings, order, place, marks, make);
    }
  }).catch(async (error: unknown) => {
    if (order.kind !== "host") throw error;
    const dnsView = viewOfHosts(order.dnsView, networkView);
    throw await explainedZone(settings, error, { names: [name, ...aliases], dnsView, signal });
  });
}

function takeNext(
  settings: IpamSettings,
  order: AddressOrder,
  place: NextAddress,
  marks: Marks,
  make: Make<Address>,
): Promise<Address> {
  const { networkView, signal } = order;
  return takeFromFirst(settings, {
    ...place,
    wanted: "address",
    queried: "network",
    networkView,
    signal,
    take: (target) =>
      fromSource(settings, order, { target, exclude: place.exclude }, (source) =>
        make(chosenBy(settings, order, wantedFrom(source, networkView), marks)),
      ),
  });
}

/** One host with an address of each family, in one request. */
async function takeBoth(
  settings: IpamSettings,
  order: AddressOrder,
  { ipv4, ipv6 }: DualStackAddress,
  marks: Marks,
  make: Make<Address>,
): Promise<Address> {
  const { networkView, signal } = order;
  const choices = [
    choiceOf("from.ipv4", addressPool(settings, ipv4, networkView)),
    choiceOf("from.ipv6", addressPool(settings, ipv6, networkView)),
  ];
  await begin(settings, choices, signal);
  for (;;) {
    const wanted = Object.assign({}, ...choices.map(({ current }) => wantedFrom(current, networkView)));
    try {
      return await make(chosenBy(settings, order, wanted, marks));
    } catch (error) {
      if (!(await chooseAnother(settings, choices, error, signal, noneOfBoth))) throw error;
    }
  }
}

/** The grid doesn't say which of the two had nothing. */
function noneOfBoth(choices: readonly Choice[]): string {
  const sources = choices.map(({ pool }) => pool.targets.map(({ text }) => text).join(", "));
  return `No address is free in ${sources.join(" or in ")}.`;
}

/** An object whose address the grid chooses. */
function chosenBy(
  { wapi, ownership }: IpamSettings,
  order: AddressOrder,
  wanted: WantedAddresses,
  marks: Marks,
): Draft<Address> {
  const draft = addressDraft(order, wanted, order.networkView, marks, ownership.expiryAttribute);
  return {
    type: draft.type,
    steps: [draft.step],
    chosen: true,
    read: ([row]) => draft.read(row),
    create: (options) => draft.create(wapi, options),
  };
}

function wantedFrom({ target, exclude }: AddressSource, networkView: string): WantedAddresses {
  const next = nextAddress(target, exclude, networkView);
  return target.family === 4 ? { ipv4: next } : { ipv6: next };
}
