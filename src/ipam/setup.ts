import { InvalidRequestError, invalid, isInfobloxError, PermissionDeniedError } from "../errors.js";
import { step } from "../wapi/step.js";
import { type AttributeType, cloudDefinitions } from "./cloud-attributes.js";
import { checkProfile, forgetProfile, type ProfileOption, withProfile } from "./engine/profile.js";
import { checkRequest } from "./request-schemas.js";
import type { SetupOptions } from "./requests.js";
import type { IpamSettings } from "./settings.js";

/** What `Ipam.setup` found and did. */
export interface Setup {
  /** Extensible attributes that were defined just now. */
  readonly created: readonly string[];
  /** Those that were defined already. */
  readonly existing: readonly string[];
}

interface Definition {
  readonly name: string;
  readonly type: AttributeType;
}

/** See `Ipam.setup`. */
export async function setup(settings: IpamSettings, options: unknown): Promise<Setup> {
  const { cloud = false, profile, signal }: SetupOptions = await checkRequest("setup", options);
  const { wapi, ownership } = settings;
  if (profile !== undefined) checkKeepable(profile, ownership.requestIdAttribute);
  const created: string[] = [];
  const existing: string[] = [];
  const own = ownership.attributes.map((name) => ({ name, type: "STRING" as const }));
  const attributes = cloud ? [...own, ...cloudDefinitions] : own;
  const found = await wapi.batch(
    attributes.map(({ name }) =>
      step.find("extensibleattributedef", { where: { name }, fields: ["name", "type"] }),
    ),
    { signal },
  );
  const missing = attributes.filter((_, index) => found[index]?.[0] === undefined);
  for (const [index, { name, type }] of attributes.entries()) {
    const definition = found[index]?.[0];
    if (definition !== undefined) refuseOtherType(name, type, definition.type);
    const isNew = definition === undefined && (await define(settings, { name, type }, missing, signal));
    (isNew ? created : existing).push(name);
  }
  if (profile !== undefined && ownership.requestIdAttribute !== undefined) {
    await keepProfile(settings, { attribute: ownership.requestIdAttribute, profile, missing, signal });
  }
  ownership.defined();
  return { created, existing };
}

/** Whether it was created; `false` where somebody else was faster. */
async function define(
  { wapi }: IpamSettings,
  { name, type }: Definition,
  missing: readonly Definition[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await wapi.create(
      "extensibleattributedef",
      {
        ...{ name, type, comment: "Written by infoblox-ipam" },
        ...(type === "ENUM" && { list_values: ["True", "False"].map((value) => ({ value })) }),
      },
      { fields: ["name"], signal },
    );
    return true;
  } catch (error) {
    const isThere = isInfobloxError(error, "WapiError") && /duplicate|already exists/i.test(error.text);
    if (isThere) return false;
    throw isInfobloxError(error, "PermissionDeniedError") ? unpermitted(error, missing) : error;
  }
}

/** What whoever may define attributes has to do. */
function unpermitted(error: PermissionDeniedError, missing: readonly Definition[]): PermissionDeniedError {
  const wanted = missing.map(({ name, type }) => `"${name}" (${type})`).join(", ");
  const { status, code, text, method, path } = error;
  return new PermissionDeniedError(
    `This user may not define extensible attributes. A superuser has to create: ${wanted}.`,
    {
      ...{ status, code, text, method, path, cause: error },
      hint: "Call setup() once as a superuser, or create them in Grid Manager: Administration, Extensible Attributes.",
    },
  );
}

/** @throws {InvalidRequestError} where it is none, or the grid has no place for it */
function checkKeepable(profile: ProfileOption, attribute: string | undefined): void {
  checkProfile("profile", profile);
  if (attribute !== undefined) return;
  throw invalid(
    "profile",
    profile,
    "is kept in the definition of the request ids' attribute, which comments replace here: requestIdMarker",
    undefined,
  );
}

interface ToKeep {
  readonly attribute: string;
  readonly profile: ProfileOption;
  readonly missing: readonly Definition[];
  readonly signal: AbortSignal | undefined;
}

/** Writes the profile into the comment of the attribute's definition, beside what else it says. */
async function keepProfile(
  { wapi }: IpamSettings,
  { attribute, profile, missing, signal }: ToKeep,
): Promise<void> {
  const definition = await wapi.findOne("extensibleattributedef", {
    ...{ where: { name: attribute }, fields: ["comment"], signal },
  });
  if (definition === undefined) return;
  const comment = withProfile(definition.comment ?? "", profile);
  try {
    if (comment !== definition.comment)
      await wapi.update(definition._ref, { comment }, { fields: ["name"], signal });
  } catch (error) {
    throw isInfobloxError(error, "PermissionDeniedError") ? unpermitted(error, missing) : error;
  }
  forgetProfile(wapi);
}

function refuseOtherType(name: string, wanted: AttributeType, type: string | undefined): void {
  if (type === undefined || type === wanted) return;
  throw new InvalidRequestError(
    `The extensible attribute "${name}" is of type ${type}, and must be of type ${wanted}.`,
    {
      field: "requestIdAttribute",
      value: name,
      example: "Request ID",
      hint: "A definition's type can't be changed. Name another attribute: requestIdAttribute, or ownerMarker.",
    },
  );
}
