import {
  InvalidRequestError,
  invalid,
  isInfobloxError,
  OwnershipError,
  refusalDetails,
} from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { ExtattrsToCreate, ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import { namedIn } from "../profile/sentences.js";
import { type CloudDescription, cloudAttributes, cloudAttributesOf } from "../requests/cloud-attributes.js";
import type { Description } from "../requests/requests.js";
import { commentProblem } from "../requests/syntax.js";
import { markAttributes } from "./attribute-names.js";

/**
 * Where an object keeps its owner: in an extensible attribute, at the end of its comment, or nowhere.
 */
export type OwnerMarker = { readonly attribute: string } | "comment" | "none";

/** Where an object keeps its request id: in an extensible attribute, or at the end of its comment. */
export type RequestIdMarker = { readonly attribute: string } | "comment";

/** How one `Ipam` marks its objects. */
export interface OwnershipOptions {
  /** The owner of all objects that this `Ipam` makes, e.g. `"platform-team"`. Without it, no owner is written or checked. */
  readonly owner?: string | undefined;
  /**
   * Where the owner is written. Default: in the attribute `Owner`, which `setup` defines. On a grid without that attribute, a
   * request creates nothing and throws an `InvalidRequestError`.
   */
  readonly ownerMarker?: OwnerMarker | undefined;
  /** The extensible attribute that keeps request ids. Default: `"Request ID"`. */
  readonly requestIdAttribute?: string | undefined;
  /**
   * Where request ids are kept: `{ attribute }` sets the same as `requestIdAttribute`. `"comment"` is for grids on which
   * nobody may define attributes: the id is written at the end of the comment, `[request: deploy-42/blue]`, and is lost when
   * somebody writes another comment.
   */
  readonly requestIdMarker?: RequestIdMarker | undefined;
  /**
   * The extensible attribute that keeps an object's creation token. By the token a call finds its object again after a lost
   * answer, and tells it from later objects with the same name or address. Default: `"Request Attempt"`, if the grid defines
   * it (see `setup`). `false`: no tokens; then only a request id shows whether a lost write was done.
   */
  readonly attemptAttribute?: string | false | undefined;
  /**
   * The extensible attribute that keeps the token of an object's last change. The next change compares it, so a request that
   * arrives late or twice changes nothing. Default: `"Last Change"`, if the grid defines it (see `setup`). `false`: no such
   * tokens; a change whose answer is lost may then end with `UncertainWriteError`.
   */
  readonly lastChangeAttribute?: string | false | undefined;
  /**
   * Describes every object for the grid's cloud reports. A request's own `cloud` overrides it, and the request's `extattrs`
   * override both. Without it, only requests with `cloud` write these attributes.
   */
  readonly cloud?: CloudDescription | undefined;
  /**
   * The extensible attribute that keeps the time of expiry. Default: `"Expires At"`. `false`: none, and nothing can expire.
   */
  readonly expiresAtAttribute?: string | false | undefined;
}

/** The comment and attributes of a new object, with its marks. */
export interface Marks {
  readonly comment?: string;
  readonly extattrs?: ExtattrsToCreate;
}

/** The values that {@link Ownership.marksOf} makes marks from. */
export interface Described extends Pick<Description, "comment" | "extattrs" | "cloud" | "requestId"> {
  /** The creation token: see `attemptAttribute`. */
  readonly token?: string | undefined;
  /** The time of expiry, in the format of {@link formatExpiry}. */
  readonly expires?: string | undefined;
}

/** Search criteria for a mark. */
export interface MarkCriteria {
  readonly extattrs?: ExtattrsWhere;
  readonly comment?: { readonly matches: string };
}

/** An object with the fields that may keep its marks. */
interface Marked {
  readonly comment?: string | undefined;
  readonly extattrs?: ExtensibleAttributes;
}

const requestInComment = / ?\[request: ([^\]]*)\]$/;
const ownerInComment = / ?\[owner: ([^\]]+)\](?: \[request: [^\]]*\])?$/;

/** The marks of one `Ipam`: writes them to new objects, searches by them, and refuses to touch objects of other owners. */
export class Ownership {
  readonly owner: string | undefined;
  readonly requestIdMarker: RequestIdMarker;
  /** The attribute that keeps the time of expiry; `undefined` if nothing can expire. */
  readonly expiryAttribute: string | undefined;
  /** Where owners are read, even if this `Ipam` has no owner. */
  readonly #named: OwnerMarker;
  readonly #marker: OwnerMarker;
  readonly #cloud: CloudDescription | undefined;
  readonly #tokens: Attribute;
  readonly #changes: Attribute;

  constructor(options: OwnershipOptions) {
    const { owner, ownerMarker, attemptAttribute, lastChangeAttribute, expiresAtAttribute } = options;
    if (owner !== undefined && !/^[^[\]\p{Cc}\p{Cs}]{1,64}$/u.test(owner)) {
      throw invalid("owner", owner, "must be 1 to 64 printable characters without brackets", "platform-team");
    }
    if (typeof ownerMarker === "object")
      checkAttribute("ownerMarker.attribute", ownerMarker.attribute, markAttributes.owner);
    this.owner = owner;
    this.#cloud = options.cloud;
    // Checks the description now, not at the first request.
    if (options.cloud !== undefined) cloudAttributes(options.cloud);
    this.requestIdMarker = requestIdMarkerOf(options);
    this.expiryAttribute = attributeNamed("expiresAtAttribute", expiresAtAttribute, markAttributes.expiry);
    this.#named = ownerMarker ?? { attribute: markAttributes.owner };
    this.#marker = owner === undefined ? "none" : this.#named;
    this.#tokens = new Attribute("attemptAttribute", attemptAttribute, markAttributes.token);
    this.#changes = new Attribute("lastChangeAttribute", lastChangeAttribute, markAttributes.lastChange);
  }

  /** The attributes that objects are marked with. `setup` defines them. */
  get attributes(): readonly string[] {
    return [
      ...attributeOf(this.requestIdMarker),
      ...attributeOf(this.#marker),
      ...this.#tokens.wanted,
      ...(this.expiryAttribute === undefined ? [] : [this.expiryAttribute]),
      ...this.#changes.wanted,
    ];
  }

  /** The attribute that keeps creation tokens, if the grid has it. */
  get tokenAttribute(): string | undefined {
    return this.#tokens.inUse;
  }

  /** The attribute that keeps the token of the last change, if the grid has it. */
  get lastChangeAttribute(): string | undefined {
    return this.#changes.inUse;
  }

  /** The attribute that keeps request ids, unless comments do. */
  get requestIdAttribute(): string | undefined {
    return attributeOf(this.requestIdMarker)[0];
  }

  /**
   * The attribute of an object that expires, with its value.
   *
   * @throws {InvalidRequestError} if the option `expiresAtAttribute` is `false`
   */
  expiring<T>(expires: T | undefined): Readonly<Record<string, T>> {
    if (expires === undefined) return {};
    if (this.expiryAttribute !== undefined) return { [this.expiryAttribute]: expires };
    throw invalid("expiresAt", expires, "cannot be stored, since expiresAtAttribute is false", undefined);
  }

  /** Notes that the grid defines the optional attributes now. */
  defined(): void {
    this.#tokens.isMissing = false;
    this.#changes.isMissing = false;
  }

  /**
   * Makes objects with their marks. If the grid does not define the attribute of a token, the create is repeated without it:
   * the caller did not ask for tokens, and a refused create leaves nothing behind. The caller did ask for request ids and
   * owners, so a missing attribute for these is an error.
   */
  async marking<T>(create: (marksOf: (described: Described) => Marks) => Promise<T>): Promise<T> {
    const marksOf = (described: Described) => this.marksOf(described);
    const dropped = new Set<string>();
    for (;;) {
      try {
        return await create(marksOf);
      } catch (error) {
        const name = undefinedAttribute(error) ?? "";
        if (dropped.has(name) || !this.drops(name)) throw this.explained(error);
        dropped.add(name);
      }
    }
  }

  /** Criteria for the objects of these request ids. A pattern may match others, too: compare with `requestIdOf`. */
  requested(...requestIds: readonly string[]): MarkCriteria {
    const marker = this.requestIdMarker;
    return marker === "comment"
      ? { comment: { matches: `\\[request: ${alternatives(requestIds)}\\]$` } }
      : { extattrs: { [marker.attribute]: oneOf(requestIds) } };
  }

  /** Criteria for the objects of these creation tokens; `undefined` if the grid keeps none. */
  tokened(tokens: readonly string[]): MarkCriteria | undefined {
    const { tokenAttribute } = this;
    return tokenAttribute === undefined ? undefined : { extattrs: { [tokenAttribute]: oneOf(tokens) } };
  }

  /** The request id of an object. */
  requestIdOf({ comment, extattrs }: Marked): string | undefined {
    const marker = this.requestIdMarker;
    return marker === "comment"
      ? requestInComment.exec(comment ?? "")?.[1]
      : textOf(extattrs, marker.attribute);
  }

  /** The creation token of an object. */
  tokenOf({ extattrs }: { readonly extattrs?: ExtensibleAttributes }): string | undefined {
    return textOf(extattrs, this.tokenAttribute);
  }

  /** The tokens of an object's last changes, as its attribute has them. */
  lastChangeOf({ extattrs }: { readonly extattrs?: ExtensibleAttributes }): string | undefined {
    return textOf(extattrs, this.lastChangeAttribute);
  }

  /** The token of a change, as the attribute that keeps it. */
  changedBy(token: string): Readonly<Record<string, string>> {
    return this.#changes.with(token);
  }

  /** Notes that the grid does not define this attribute, and returns whether objects can be made without it. */
  drops(name: string | undefined): boolean {
    const optional = [this.#tokens, this.#changes];
    const missing = optional.find((one) => one.isOptional && one.wanted.some((own) => own === name));
    if (missing !== undefined) missing.isMissing = true;
    return missing !== undefined;
  }

  /** The error of a grid that does not define an attribute of ours, with a hint what to do. */
  explained(error: unknown): unknown {
    const name = undefinedAttribute(error);
    if (name === undefined || !this.attributes.includes(name) || !(error instanceof InvalidRequestError))
      return error;
    return this.undefinedError(name, error);
  }

  /** The error for a missing attribute that objects are marked with. */
  undefinedError(name: string, cause: InvalidRequestError): InvalidRequestError {
    const hint = phrase(
      { term: "setup" },
      ", or have a superuser create an extensible attribute of that name and type STRING.",
    );
    const message = phrase(`The grid has no extensible attribute "${name}", `, { term: "marked" }, ".");
    return new InvalidRequestError(message, { ...refusalDetails(cause), hint });
  }

  /** @throws {OwnershipError} if the object has another owner */
  refuseForeign(object: Marked, name: string): void {
    const owner = this.#ownerOf(object);
    if (owner === undefined || owner === this.owner) return;
    throw new OwnershipError(`${name} belongs to ${owner}, not to ${this.owner}; nothing was changed.`, {
      owner,
      object: name,
      hint: phrase({ term: "force" }, " to release it anyway."),
    });
  }

  /** The comment without the marks at its end, if marks are kept in comments. */
  withoutMark(comment: string): string {
    const unrequested = this.requestIdMarker === "comment" ? comment.replace(requestInComment, "") : comment;
    return this.#marker === "comment" ? unrequested.replace(ownerInComment, "") : unrequested;
  }

  /** Criteria for the objects of this owner; `undefined` if owners are not written. */
  get whereOwned(): MarkCriteria | undefined {
    const marker = this.#marker;
    if (marker === "none" || this.owner === undefined) return undefined;
    return marker === "comment"
      ? { comment: { matches: `${escaped(`[owner: ${this.owner}]`)}( \\[request: .*\\])?$` } }
      : { extattrs: { [marker.attribute]: this.owner } };
  }

  /** Whether the object has this owner. */
  owns(object: Marked): boolean {
    return this.owner !== undefined && this.#ownerOf(object) === this.owner;
  }

  /** The owner of an object, whether or not this `Ipam` has an owner. */
  ownerNamed({ comment, extattrs }: Marked): string | undefined {
    if (this.#named === "none") return undefined;
    if (this.#named === "comment") return ownerInComment.exec(comment ?? "")?.[1];
    return textOf(extattrs, this.#named.attribute);
  }

  /** The owner and the request id of an object, also if this `Ipam` has no owner. */
  marksIn(object: Marked): { readonly owner: string | undefined; readonly requestId: string | undefined } {
    return { owner: this.ownerNamed(object), requestId: this.requestIdOf(object) };
  }

  /** The attributes of an object for cloud reports. Its own values override those of the `Ipam`. */
  cloudOf(cloud: CloudDescription | undefined): ExtattrsToCreate {
    return cloudAttributesOf(this.#cloud, cloud);
  }

  /** The comment and attributes of a new object, with all marks that the grid is known to take. */
  marksOf({ comment, extattrs, cloud, requestId, token, expires }: Described): Marks {
    const marker = this.#marker;
    this.#refuseForged(comment, extattrs);
    const idMarker = this.requestIdMarker;
    const texts = [
      comment,
      marker === "comment" && `[owner: ${this.owner}]`,
      idMarker === "comment" && requestId !== undefined && requestMark(requestId),
    ].filter((text) => text !== undefined && text !== false && text !== "");
    const marked = texts.length > 0 ? texts.join(" ") : comment;
    const problem = marked === undefined ? undefined : commentProblem(marked);
    if (problem)
      throw invalid("comment", comment, `${problem.problem}, including the marks at its end`, "blue");
    const attributes = {
      ...this.cloudOf(cloud),
      ...extattrs,
      ...(typeof marker === "object" && { [marker.attribute]: this.owner }),
      ...(typeof idMarker === "object" && requestId !== undefined && { [idMarker.attribute]: requestId }),
      ...this.expiring(expires),
      ...this.#tokens.with(token),
      ...this.#changes.with(token),
    } as ExtattrsToCreate;
    return {
      ...(marked !== undefined && { comment: marked }),
      ...(Object.keys(attributes).length > 0 && { extattrs: attributes }),
    };
  }

  /** Refuses comments and attributes that the library would later read as its own marks. */
  #refuseForged(comment: string | undefined, extattrs: ExtattrsToCreate | undefined): void {
    const inComments = [
      ...(this.#marker === "comment" ? ["owner"] : []),
      ...(this.requestIdMarker === "comment" ? ["request"] : []),
    ];
    const forged = inComments.find((mark) => comment?.includes(`[${mark}: `));
    if (forged !== undefined) {
      const problem = `contains [${forged}: …], a mark that only the library writes`;
      throw invalid("comment", comment, problem, "blue");
    }
    const names = [...attributeOf(this.requestIdMarker), ...this.#tokens.wanted, ...this.#changes.wanted];
    const own = names.find((name) => Object.hasOwn(extattrs ?? {}, name));
    if (own === undefined) return;
    const value = (extattrs as Readonly<Record<string, unknown>>)[own];
    const isId = own === this.requestIdAttribute;
    const problem = isId
      ? "is set by the request: pass requestId"
      : "is written by the library only; leave it out";
    throw invalid(`extattrs["${own}"]`, value, problem, { Site: "Paris" });
  }

  #ownerOf(object: Marked): string | undefined {
    return this.#marker === "none" ? undefined : this.ownerNamed(object);
  }
}

function requestIdMarkerOf({ requestIdAttribute, requestIdMarker }: OwnershipOptions): RequestIdMarker {
  if (requestIdAttribute !== undefined)
    checkAttribute("requestIdAttribute", requestIdAttribute, markAttributes.requestId);
  if (typeof requestIdMarker === "object")
    checkAttribute("requestIdMarker.attribute", requestIdMarker.attribute, markAttributes.requestId);
  if (requestIdMarker !== undefined && requestIdAttribute !== undefined) {
    const problem = "sets the same as requestIdAttribute: give one of them";
    throw invalid("requestIdMarker", requestIdMarker, problem, { attribute: markAttributes.requestId });
  }
  return requestIdMarker ?? { attribute: requestIdAttribute ?? markAttributes.requestId };
}

function attributeOf(marker: OwnerMarker): readonly string[] {
  return typeof marker === "object" ? [marker.attribute] : [];
}

/** An attribute that keeps tokens. It is used unless the grid turns out not to define it. */
class Attribute {
  readonly #name: string | undefined;
  /** Whether objects can be made without it, because no option names it. */
  readonly isOptional: boolean;
  isMissing = false;

  constructor(option: string, name: string | false | undefined, usual: string) {
    this.#name = attributeNamed(option, name, usual);
    this.isOptional = name === undefined;
  }

  /** Its name, whether or not the grid has it. */
  get wanted(): readonly string[] {
    return this.#name === undefined ? [] : [this.#name];
  }

  get inUse(): string | undefined {
    return this.isMissing ? undefined : this.#name;
  }

  with(value: string | undefined): Readonly<Record<string, string>> {
    return this.inUse === undefined || value === undefined ? {} : { [this.inUse]: value };
  }
}

/** The criterion for one value, or for any of several. */
function oneOf(values: readonly string[]): string | { readonly matches: string } {
  const [only = "", ...others] = values;
  return others.length === 0 ? only : { matches: `^${alternatives(values)}$` };
}

/** A pattern for any of these texts. The common beginning is written once, to keep the pattern short. */
function alternatives(values: readonly string[]): string {
  const [first = "", ...others] = values;
  if (others.length === 0) return escaped(first);
  let length = 0;
  while (length < first.length && others.every((one) => one[length] === first[length])) length += 1;
  return `${escaped(first.slice(0, length))}(${values.map((one) => escaped(one.slice(length))).join("|")})`;
}

/** The request id of one object in a request for many. */
export function placeId(requestId: string, place: number): string {
  return `${requestId}/${place}`;
}

/** The mark of a request id at the end of a comment. */
function requestMark(requestId: string): string {
  if (!/[[\]]/.test(requestId)) return `[request: ${requestId}]`;
  throw invalid("requestId", requestId, "must have no brackets if comments keep it", "deploy-42/blue");
}

/** Guess: in a grid's patterns a backslash escapes as in POSIX, and only before characters that are no letter or digit. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function textOf(extattrs: ExtensibleAttributes | undefined, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value: unknown = (extattrs as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The name of the attribute that the grid does not define, if that is why it refused a request. */
export function undefinedAttribute(error: unknown): string | undefined {
  if (!isInfobloxError(error, "WapiError")) return undefined;
  return (
    /Unknown extensible attribute: (.+?)\s*$/.exec(error.text)?.[1] ?? namedIn(error, "attributeUnknown")
  );
}

/** The attribute that an option names; `undefined` if it is `false`. */
function attributeNamed(option: string, name: string | false | undefined, usual: string): string | undefined {
  if (name === false) return undefined;
  if (name !== undefined) checkAttribute(option, name, usual);
  return name ?? usual;
}

function checkAttribute(field: string, name: unknown, example: string): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  throw invalid(field, name, "must be the name of an extensible attribute", example);
}
