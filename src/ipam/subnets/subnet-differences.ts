import { formatBlock } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import { differing } from "../engine/request-mismatch.js";
import type { Container, Subnet } from "../objects/results.js";
import type { SubnetOrder } from "./subnet-order.js";

/**
 * The differences between a subnet and the request with its id. Sources are not compared, since pools change over time; nor are
 * comment and attributes.
 */
export function subnetDifferences({ family, place }: SubnetOrder, subnet: Subnet): RequestDifference[] {
  const isContainer = parseRef(subnet.ref)?.type.endsWith("container") === true;
  return differing([
    ["kind", "subnet", isContainer ? "container" : "subnet"],
    ["family", family, subnet.family],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), subnet.cidr]
      : ["prefixLength", place.prefixLength, subnet.prefixLength],
  ]);
}

/** The same for a container. */
export function containerDifferences(
  { family, place }: SubnetOrder,
  { cidr, family: existing, prefixLength, ref }: Container,
): RequestDifference[] {
  return differing([
    ["kind", "container", parseRef(ref)?.type.endsWith("container") === true ? "container" : "subnet"],
    ["family", family, existing],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), cidr]
      : ["prefixLength", place.prefixLength, prefixLength],
  ]);
}
