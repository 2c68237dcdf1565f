/** The form of structures in requests and answers: their `_struct`, and the names of their members in each version. */

import { compareVersions, type FieldSchema } from "../../schema/schema.js";
import type { Json, JsonObject } from "../store/entity.js";

/** The names of some members in versions up to 2.12, by structure and current name. */
const oldNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dnstapsetting: { dnstap_receiver_address_or_fqdn: "dnstap_receiver_address" },
  extsyslogbackupserver: { address_or_fqdn: "address" },
  filetransfersetting: { server_address_or_fqdn: "host" },
  syslogserver: { address_or_fqdn: "address" },
};

/**
 * Guess renamed-members-version (open; cannot): they changed with 2.13. The facts know the old names from 2.12.1 and
 * the new ones from 2.13.6.
 */
const renamedIn = "2.13";

/**
 * Guess dhcp-member-struct (clients; asks memberSaysItsKind): a DHCP server has a `_struct` even if there is only one
 * kind. Ansible's `nios_range` compares an answer with a member that has it.
 */
const selfNaming = ["dhcpmember", "msdhcpserver"];

/** The current name of a member of a structure. A version with the old name accepts the new one as well. */
export function presentMember(struct: string, name: string, version: string): string {
  if (compareVersions(version, renamedIn) >= 0) return name;
  const [present = name] = Object.entries(oldNames[struct] ?? {}).find(([, old]) => old === name) ?? [];
  return present;
}

/** A function that converts a field's stored structures for an answer; `undefined` if nothing differs. */
export function structForm(field: FieldSchema): ((value: Json, version: string) => Json) | undefined {
  const [type = "", ...others] = field.types;
  if (others.length > 0) return undefined;
  if (selfNaming.includes(type))
    return (value) => eachStruct(value, (struct) => ({ _struct: type, ...struct }));
  const renamed = oldNames[type];
  if (!renamed) return undefined;
  return (value, version) =>
    compareVersions(version, renamedIn) >= 0
      ? value
      : eachStruct(value, (struct) => withNames(struct, renamed));
}

function eachStruct(value: Json, form: (struct: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((element: Json) => eachStruct(element, form));
  return typeof value === "object" && value !== null ? form(value as JsonObject) : value;
}

function withNames(struct: JsonObject, renamed: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(struct).map(([name, value]) => [renamed[name] ?? name, value]));
}
