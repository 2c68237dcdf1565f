import { formatBlock } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import { differing } from "../engine/request-mismatch.js";
import type { Container, Subnet } from "../objects/results.js";
import type { NamedNetwork } from "./relatives.js";
import type { SubnetOrder } from "./subnet-order.js";

/**
 * The differences between a subnet or container and the request with its id. Sources are not compared, since pools change over
 * time; nor are comment and attributes.
 */
export function blockDifferences(
  { family, place }: SubnetOrder,
  kind: NamedNetwork["kind"],
  existing: Subnet | Container,
): RequestDifference[] {
  const isContainer = parseRef(existing.ref)?.type.endsWith("container") === true;
  return differing([
    ["kind", kind, isContainer ? "container" : "subnet"],
    ["family", family, existing.family],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), existing.cidr]
      : ["prefixLength", place.prefixLength, existing.prefixLength],
  ]);
}
