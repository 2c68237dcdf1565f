/** Finds secrets in recordings by the names of fields: the grid's own, and those of attributes. */

import { isSecretName, redacted } from "../redaction.js";

/** Members of a structure that hold a secret under a neutral name, such as an NTP key's `string`. */
const secretParts = ["value", "default_value", "string"];

/**
 * A value with `[redacted]` for each secret in it, and all other texts converted by `text`. A secret is a text in a
 * field with a secret's name, each text of a list there, and the `value` of an attribute or parameter with such a name.
 */
export function withoutSecrets(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, text));
  if (typeof value !== "object" || value === null) return value;
  const { name } = value as { name?: unknown };
  const isNamed = typeof name === "string" && isSecretName(name);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      isSecretName(key) || (isNamed && secretParts.includes(key))
        ? secret(part, text)
        : withoutSecrets(part, text),
    ]),
  );
}

/** The secrets in a value, for a text that may repeat them. */
export function secretsIn(value: unknown): string[] {
  const found = new Set(textsIn(value));
  for (const text of textsIn(withoutSecrets(value, (shown) => shown))) found.delete(text);
  return [...found];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Redacts the value of a field with a secret's name. A structure there has its own names: only its neutral members are
 * redacted.
 */
function secret(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === "string") return value === "" ? "" : redacted;
  if (Array.isArray(value)) return value.map((item) => secret(item, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      isSecretName(key) || secretParts.includes(key) ? secret(part, text) : withoutSecrets(part, text),
    ]),
  );
}
