/** Checks the definitions of the library's attributes. */

import { markAttributes } from "../../ipam/marks/attribute-names.js";
import type { Session } from "../ipam.js";
import { type Finding, unreadable } from "./finding.js";

/** Checks each definition: without it, the grid refuses requests that use the attribute. */
export async function lookAtAttributes(session: Session): Promise<Finding[]> {
  const { ipam } = session;
  if (ipam.attributes.length === 0) {
    return [
      { check: "attributes", state: "ok", message: "none are needed: comments keep request ids and owners" },
    ];
  }
  return Promise.all(ipam.attributes.map((name) => lookAtAttribute(session, name)));
}

async function lookAtAttribute({ ipam, wapi, signal }: Session, name: string): Promise<Finding> {
  const check = `attribute ${name}`;
  try {
    const definition = await wapi.findOne("extensibleattributedef", {
      where: { name },
      fields: ["type"],
      signal,
    });
    if (definition?.type === "STRING") return { check, state: "ok", message: "defined" };
    const problem = definition === undefined ? "not defined" : `of type ${definition.type}, not STRING`;
    const isDefined = definition !== undefined;
    return {
      check,
      state: "warning",
      message: `${problem}: ${consequenceOf(name, ipam.requestIdAttribute)}`,
      advice: isDefined
        ? "A definition's type can't be changed: name another attribute, or have this one deleted and created again."
        : "A superuser defines it once: infoblox-ipam setup, with the same --owner.",
    };
  } catch (error) {
    return unreadable(check, error);
  }
}

function consequenceOf(name: string, requestIds: string | undefined): string {
  if (name === requestIds) return "requests with a request id are refused";
  if (name === markAttributes.token) return "the outcome of a write with a lost answer is harder to find out";
  if (name === markAttributes.lastChange)
    return "a change that arrives late or twice can't be distinguished from other changes";
  if (name === markAttributes.expiry) return "requests with an expiry are refused";
  return "requests with an owner are refused";
}
