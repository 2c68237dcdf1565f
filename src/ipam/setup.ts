import {
  InvalidRequestError,
  invalid,
  isInfobloxError,
  NotFoundError,
  PermissionDeniedError,
  refusalDetails,
} from "../errors.js";
import { phrase } from "../phrase.js";
import { step } from "../wapi/step.js";
import { findOrMake, makeOrFind } from "./engine/find-or-make.js";
import { placesView } from "./engine/places.js";
import { markAttributes } from "./marks/attribute-names.js";
import type { RowOf } from "./objects/rows.js";
import {
  behaviorOf,
  checkProfile,
  forgetProfile,
  type ProfileOption,
  withoutProfile,
  withProfile,
} from "./profile/profile.js";
import { type AttributeType, cloudDefinitions } from "./requests/cloud-attributes.js";
import { requestCheck, type Shape } from "./requests/request-check.js";
import { requestFields } from "./requests/request-fields.js";
import type { Abortable } from "./requests/requests.js";
import type { IpamSettings } from "./settings/settings.js";

/** Options of `setup`. */
export interface SetupOptions extends Abortable {
  /** Also define the attributes of cloud reports that the grid lacks: see `cloudAttributes`. Default: `false`. */
  readonly cloud?: boolean | undefined;
  /**
   * How this grid behaves, to be stored on the grid for all clients: the result of `probe`, `"serial"`, `"places"` or
   * `"wait"`.
   */
  readonly profile?: ProfileOption | undefined;
}

const checkSetup = requestCheck((z) => ({
  setup: z.strictObject({
    ...requestFields(z).call,
    cloud: z.boolean().optional(),
    // `checkProfile` checks it.
    profile: z.custom<NonNullable<SetupOptions["profile"]>>().optional(),
  } satisfies Shape<SetupOptions>),
}));

/** The result of `Ipam.setup`. */
export interface Setup {
  /** The extensible attributes that this call defined. */
  readonly created: readonly string[];
  /** The extensible attributes that the grid had already. */
  readonly existing: readonly string[];
}

interface Definition {
  readonly name: string;
  readonly type: AttributeType;
}

/** See `Ipam.setup`. */
export async function setup(settings: IpamSettings, options: unknown): Promise<Setup> {
  const { cloud = false, profile, signal }: SetupOptions = await checkSetup("setup", options);
  const { wapi, ownership } = settings;
  if (profile !== undefined) {
    checkProfile("profile", profile);
    const problem = "needs the attribute of request ids, which requestIdMarker replaces by comments here";
    if (ownership.requestIdAttribute === undefined) throw invalid("profile", profile, problem, undefined);
  }
  const created: string[] = [];
  const existing: string[] = [];
  const own = ownership.attributes.map((name) => ({ name, type: "STRING" as const }));
  const attributes = cloud ? [...own, ...cloudDefinitions] : own;
  const found = await wapi.batch(
    attributes.map(({ name }) =>
      step.find("extensibleattributedef", { where: { name }, fields: ["name", "type", "comment"] }),
    ),
    { signal },
  );
  const missing = attributes.filter((_, index) => found[index]?.[0] === undefined);
  const kept = new Map<string, Kept>();
  for (const [index, { name, type }] of attributes.entries()) {
    const definition = found[index]?.[0];
    if (definition !== undefined) refuseOtherType(name, type, definition.type);
    const made = definition ? undefined : await define(settings, { name, type }, missing, signal);
    const known = definition ?? made;
    if (known !== undefined) kept.set(name, known);
    (made === undefined ? existing : created).push(name);
  }
  if (profile !== undefined) await keepProfile(settings, profile, kept, missing, signal);
  ownership.defined();
  return { created, existing };
}

/** An attribute definition on the grid. */
type Kept = RowOf<"extensibleattributedef", "comment">;

/** Creates a definition; `undefined` if another client has just created it. */
async function define(
  settings: IpamSettings,
  { name, type }: Definition,
  missing: readonly Definition[],
  signal: AbortSignal | undefined,
): Promise<Kept | undefined> {
  const { wapi } = settings;
  const fields = ["name", "comment"] as const;
  const values = {
    ...{ name, type, comment: "Written by infoblox-ipam" },
    ...(type === "ENUM" && { list_values: ["True", "False"].map((value) => ({ value })) }),
  };
  return makeOrFind<Kept | undefined>(settings, {
    find: () => wapi.findOne("extensibleattributedef", { where: { name }, fields, signal }),
    make: () =>
      wapi.create("extensibleattributedef", values, { fields, signal }).catch((error: unknown) => {
        const isThere = isInfobloxError(error, "WapiError") && /duplicate|already exists/i.test(error.text);
        if (isThere) return undefined;
        throw isInfobloxError(error, "PermissionDeniedError") ? unpermitted(error, missing) : error;
      }),
    signal,
  });
}

/** The error of a user without the permission: it names the attributes that a superuser has to define. */
function unpermitted(error: PermissionDeniedError, missing: readonly Definition[]): PermissionDeniedError {
  const wanted = missing.map(({ name, type }) => `"${name}" (${type})`).join(", ");
  const message = `This user may not define extensible attributes. A superuser has to create: ${wanted}.`;
  const place = "or create them in Grid Manager: Administration, Extensible Attributes.";
  const hint = phrase({ term: "setup" }, ` as a superuser, ${place}`);
  return new PermissionDeniedError(message, { ...refusalDetails(error), hint });
}

/**
 * Adds the profile to the comment of the definition of the request id attribute. A profile that needs more than guards
 * is added to the definitions of all attributes of this library: see `grid-behavior.ts`.
 *
 * @param kept - by name, without the definitions that another client has just created
 */
async function keepProfile(
  settings: IpamSettings,
  profile: ProfileOption,
  kept: ReadonlyMap<string, Kept>,
  missing: readonly Definition[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { wapi, ownership, observed } = settings;
  const { path } = behaviorOf(profile);
  if (path === "places") await makePlacesView(settings, signal);
  try {
    for (const attribute of ownership.attributes) {
      const isToKeep = path !== "serial" || attribute === ownership.requestIdAttribute;
      const search = { where: { name: attribute }, fields: ["comment"], signal } as const;
      const definition = kept.get(attribute) ?? (await wapi.findOne("extensibleattributedef", search));
      if (definition === undefined) throw notFoundYet(attribute);
      const before = definition.comment ?? "";
      const comment = isToKeep ? withProfile(before, profile) : withoutProfile(before);
      if (comment !== before) await writeComment(settings, attribute, definition._ref, comment, signal);
    }
  } catch (error) {
    throw isInfobloxError(error, "PermissionDeniedError") ? unpermitted(error, missing) : error;
  }
  forgetProfile(wapi);
  observed.behavior = undefined;
}

/** Writes the comment of a definition. If the answer is lost, the comment itself tells whether it was written. */
async function writeComment(
  settings: IpamSettings,
  name: string,
  ref: Kept["_ref"],
  comment: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { wapi } = settings;
  const fields = ["name"] as const;
  await makeOrFind(settings, {
    find: () => wapi.findOne("extensibleattributedef", { where: { name, comment }, fields, signal }),
    make: () => wapi.update(ref, { comment }, { fields, signal }),
    signal,
  });
}

function notFoundYet(attribute: string): NotFoundError {
  return new NotFoundError(
    `The extensible attribute "${attribute}" was defined a moment ago, but searches of the grid do not find it yet.`,
    {
      ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "extensibleattributedef" },
      hint: phrase({ term: "setup" }, " more: it continues where it stopped."),
    },
  );
}

/** Creates the network view of places, in which clients write that use request ids. */
async function makePlacesView(settings: IpamSettings, signal: AbortSignal | undefined): Promise<void> {
  const comment = "Written by infoblox-ipam: keeps request ids unique. See setup().";
  const view = { name: placesView, comment };
  const { wapi } = settings;
  const fields = ["name"] as const;
  await findOrMake(settings, {
    find: () => wapi.findOne("networkview", { where: { name: placesView }, fields, signal }),
    make: () =>
      wapi.create("networkview", view, { fields, signal }).catch((error: unknown) => {
        // Another client has just created it.
        if (!isInfobloxError(error, "ConflictError")) throw error;
      }),
    signal,
  });
}

function refuseOtherType(name: string, wanted: AttributeType, type: string | undefined): void {
  if (type === undefined || type === wanted) return;
  throw new InvalidRequestError(
    `The extensible attribute "${name}" is of type ${type}, but must be of type ${wanted}.`,
    {
      field: "requestIdAttribute",
      value: name,
      example: markAttributes.requestId,
      hint: "The type of a definition cannot be changed. Name another attribute: requestIdAttribute, or ownerMarker.",
    },
  );
}
