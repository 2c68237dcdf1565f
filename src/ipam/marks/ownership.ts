import { InvalidRequestError, invalid, isInfobloxError, OwnershipError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { ExtattrsToCreate, ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import { namedIn } from "../profile/sentences.js";
import { type CloudDescription, cloudAttributes, cloudAttributesOf } from "../requests/cloud-attributes.js";
import { commentProblem } from "../requests/syntax.js";
import { markAttributes } from "./attribute-names.js";

/**
 * Where an object says who made it: in an extensible attribute, at the end of its comment, or nowhere.
 */
export type OwnerMarker = { readonly attribute: string } | "comment" | "none";

/** Where an object keeps its request id: in an extensible attribute, or at the end of its comment. */
export type RequestIdMarker = { readonly attribute: string } | "comment";

/** What marks the objects of one `Ipam`. */
export interface OwnershipOptions {
  /** Who makes these objects, e.g. `"platform-team"`. Left out: nothing is marked, and nothing refused. */
  readonly owner?: string | undefined;
  /**
   * Where the owner is written. Left out: in the attribute `Owner`, which `setup` defines. A request on a grid without
   * that attribute creates nothing and throws an `InvalidRequestError`.
   */
  readonly ownerMarker?: OwnerMarker | undefined;
  /** The extensible attribute that keeps request ids. `"Request ID"` unless said otherwise. */
  readonly requestIdAttribute?: string | undefined;
  /**
   * Where request ids are kept: `{ attribute }` says the same as `requestIdAttribute`. `"comment"` is for grids on which
   * nobody may define attributes: the id stands at the end of the comment, `[request: deploy-42/blue]`, and is lost
   * when somebody writes another comment.
   */
  readonly requestIdMarker?: RequestIdMarker | undefined;
  /**
   * The extensible attribute in which each object keeps the creation token of the request that made it, by which it is found
   * again when the grid's answer is lost, and told from others at its place. Left out: `"Request Attempt"`, if the grid
   * has a definition of that name (see `setup`). `false`: none; what became of a lost write can then be told only with a
   * request id.
   */
  readonly attemptAttribute?: string | false | undefined;
  /**
   * The extensible attribute in which each object keeps a token of its last change, so that a change that is carried out
   * late or twice finds nothing to change. Left out: `"Last Change"`, if the grid has a definition of that name (see
   * `setup`). `false`: none; a change whose answer is lost then ends with `UncertainWriteError`.
   */
  readonly lastChangeAttribute?: string | false | undefined;
  /**
   * Describes every object for the grid's cloud reports. What a request's own `cloud` says goes before, and its `extattrs`
   * before both. Left out: nothing is written but for requests that say it.
   */
  readonly cloud?: CloudDescription | undefined;
  /**
   * The extensible attribute that keeps when things expire. `"Expires At"` unless said otherwise. `false`: none;
   * nothing can expire then.
   */
  readonly expiresAtAttribute?: string | false | undefined;
}

/** What a new object says about itself. */
export interface Marks {
  readonly comment?: string;
  readonly extattrs?: ExtattrsToCreate;
}

/** What the marks of an object are made from. */
export interface Described {
  readonly comment?: string | undefined;
  readonly extattrs?: ExtattrsToCreate | undefined;
  /** For cloud reports, over what all objects have in common. */
  readonly cloud?: CloudDescription | undefined;
  readonly requestId?: string | undefined;
  /** The creation token: see `attemptAttribute`. */
  readonly token?: string | undefined;
  /** When it expires, as the grid keeps it. */
  readonly expires?: string | undefined;
}

/** What finds an object by a mark. */
export interface MarkCriteria {
  readonly extattrs?: ExtattrsWhere;
  readonly comment?: { readonly matches: string };
}

const requestInComment = / ?\[request: ([^\]]*)\]$/;
const ownerInComment = / ?\[owner: ([^\]]+)\](?: \[request: [^\]]*\])?$/;

/** Who made what: marks new objects, finds them by their marks, and keeps others from releasing them. */
export class Ownership {
  readonly owner: string | undefined;
  readonly requestIdMarker: RequestIdMarker;
  /** The attribute that keeps when things expire, where there is one. */
  readonly expiryAttribute: string | undefined;
  /** Where owners are read, even by an `Ipam` that has none. */
  readonly #named: OwnerMarker;
  readonly #marker: OwnerMarker;
  readonly #cloud: CloudDescription | undefined;
  readonly #tokens: Attribute;
  readonly #changes: Attribute;

  constructor(options: OwnershipOptions) {
    const { owner, ownerMarker, attemptAttribute } = options;
    if (owner !== undefined && !/^[^[\]\p{Cc}\p{Cs}]{1,64}$/u.test(owner)) {
      throw invalid("owner", owner, "must be 1 to 64 printable characters without brackets", "platform-team");
    }
    if (typeof ownerMarker === "object")
      checkAttribute("ownerMarker.attribute", ownerMarker.attribute, markAttributes.owner);
    this.owner = owner;
    this.#cloud = options.cloud;
    // What is wrong with it shows now.
    if (options.cloud !== undefined) cloudAttributes(options.cloud);
    this.requestIdMarker = requestIdMarkerOf(options);
    const { expiresAtAttribute = markAttributes.expiry } = options;
    if (expiresAtAttribute !== false)
      checkAttribute("expiresAtAttribute", expiresAtAttribute, markAttributes.expiry);
    this.expiryAttribute = expiresAtAttribute === false ? undefined : expiresAtAttribute;
    this.#named = ownerMarker ?? { attribute: markAttributes.owner };
    this.#marker = owner === undefined ? "none" : (ownerMarker ?? { attribute: markAttributes.owner });
    this.#tokens = new Attribute("attemptAttribute", attemptAttribute, markAttributes.token);
    this.#changes = new Attribute(
      "lastChangeAttribute",
      options.lastChangeAttribute,
      markAttributes.lastChange,
    );
  }

  /** The attributes that objects are marked with, for whoever defines them. */
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

  /** The attribute of something that expires. @throws {InvalidRequestError} where there is none */
  expiring<T>(expires: T | undefined): Readonly<Record<string, T>> {
    if (expires === undefined) return {};
    if (this.expiryAttribute !== undefined) return { [this.expiryAttribute]: expires };
    throw invalid("expiresAt", expires, "can't be kept, since expiresAtAttribute is false", undefined);
  }

  /** From now on the attributes are defined. */
  defined(): void {
    this.#tokens.isMissing = false;
    this.#changes.isMissing = false;
  }

  /** Makes an object with its marks: see {@link marking}. */
  creating<T>(described: Described, create: (marks: Marks) => Promise<T>): Promise<T> {
    return this.marking((marksOf) => create(marksOf(described)));
  }

  /**
   * Makes objects with their marks. The tokens are ours, not the caller's: where the grid has no attribute for one of them,
   * objects are made without it, since a refused create leaves nothing behind. Request ids and owners are promises: where
   * their attribute is missing, the error says so.
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

  get #optional(): readonly Attribute[] {
    return [this.#tokens, this.#changes];
  }

  /** What finds the objects of these request ids. A search by pattern finds candidates: `requestIdOf` tells. */
  requested(...requestIds: readonly string[]): MarkCriteria {
    const marker = this.requestIdMarker;
    return marker === "comment"
      ? { comment: { matches: `\\[request: ${alternatives(requestIds)}\\]$` } }
      : { extattrs: { [marker.attribute]: oneOf(requestIds) } };
  }

  /** What finds the objects of these creation tokens; `undefined` where the grid keeps none. */
  tokened(tokens: readonly string[]): MarkCriteria | undefined {
    const { tokenAttribute } = this;
    return tokenAttribute === undefined ? undefined : { extattrs: { [tokenAttribute]: oneOf(tokens) } };
  }

  /** The request id that an object carries. */
  requestIdOf({
    comment,
    extattrs,
  }: {
    readonly comment?: string | undefined;
    readonly extattrs?: ExtensibleAttributes;
  }): string | undefined {
    const marker = this.requestIdMarker;
    return marker === "comment"
      ? requestInComment.exec(comment ?? "")?.[1]
      : textOf(extattrs, marker.attribute);
  }

  /** The creation token that an object carries. */
  tokenOf({ extattrs }: { readonly extattrs?: ExtensibleAttributes }): string | undefined {
    return textOf(extattrs, this.tokenAttribute);
  }

  /** The token of the last change that an object carries. */
  lastChangeOf({ extattrs }: { readonly extattrs?: ExtensibleAttributes }): string | undefined {
    return textOf(extattrs, this.lastChangeAttribute);
  }

  /** The token of a change, as the attribute that keeps it. */
  changedBy(token: string): Readonly<Record<string, string>> {
    return this.#changes.with(token);
  }

  /** Takes note that the grid has no attribute of that name. Whether it is one that objects can do without. */
  drops(name: string | undefined): boolean {
    const missing = this.#optional.find((one) => one.isOptional && one.wanted.some((own) => own === name));
    if (missing !== undefined) missing.isMissing = true;
    return missing !== undefined;
  }

  /** The error of a grid that keeps no request ids, with what to do about it. */
  explained(error: unknown): unknown {
    const name = undefinedAttribute(error);
    if (name === undefined || !this.attributes.includes(name) || !(error instanceof InvalidRequestError))
      return error;
    return this.undefinedError(name, error);
  }

  /** The error of a grid without an attribute that objects are marked with. */
  undefinedError(name: string, cause: InvalidRequestError): InvalidRequestError {
    const { status, code, text, method, path } = cause;
    const hint = phrase(
      { term: "setup" },
      ", or have a superuser create an extensible attribute of that name and type STRING.",
    );
    const message = phrase(`The grid has no extensible attribute "${name}", `, { term: "marked" }, ".");
    return new InvalidRequestError(message, { status, code, text, method, path, hint, cause });
  }

  /** @throws {OwnershipError} where the object says that another owner made it */
  refuseForeign(
    object: { readonly comment?: string | undefined; readonly extattrs?: ExtensibleAttributes },
    name: string,
  ): void {
    const owner = this.#ownerOf(object);
    if (owner === undefined || owner === this.owner) return;
    throw new OwnershipError(`${name} belongs to ${owner}, not to ${this.owner}; it was left alone.`, {
      owner,
      object: name,
      hint: phrase({ term: "force" }, " to release it all the same."),
    });
  }

  /** A comment as it was written, without the marks at its end where that is their place. */
  withoutMark(comment: string): string {
    const unrequested = this.requestIdMarker === "comment" ? comment.replace(requestInComment, "") : comment;
    return this.#marker === "comment" ? unrequested.replace(ownerInComment, "") : unrequested;
  }

  /** What finds the objects of this owner; `undefined` where nothing is marked. */
  get whereOwned():
    | { readonly comment: { readonly matches: string } }
    | { readonly extattrs: Record<string, string> }
    | undefined {
    const marker = this.#marker;
    if (marker === "none" || this.owner === undefined) return undefined;
    return marker === "comment"
      ? { comment: { matches: `${escaped(`[owner: ${this.owner}]`)}( \\[request: .*\\])?$` } }
      : { extattrs: { [marker.attribute]: this.owner } };
  }

  /** Whether the object says that this owner made it. */
  owns(object: { readonly comment?: string | undefined; readonly extattrs?: ExtensibleAttributes }): boolean {
    return this.owner !== undefined && this.#ownerOf(object) === this.owner;
  }

  /** The owner that an object names, whether or not this `Ipam` has one. */
  ownerNamed({
    comment,
    extattrs,
  }: {
    readonly comment?: string | undefined;
    readonly extattrs?: ExtensibleAttributes;
  }): string | undefined {
    if (this.#named === "none") return undefined;
    if (this.#named === "comment") return ownerInComment.exec(comment ?? "")?.[1];
    return textOf(extattrs, this.#named.attribute);
  }

  /** The attributes of an object for cloud reports: what it says over what all have in common. */
  cloudOf(cloud: CloudDescription | undefined): ExtattrsToCreate {
    return cloudAttributesOf(this.#cloud, cloud);
  }

  /** Whether releases have to look who made a thing. */
  get marks(): boolean {
    return this.#marker !== "none";
  }

  /** What a new object is marked with, as far as is known of what the grid has defined. */
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
    if (problem) throw invalid("comment", comment, `${problem.problem}, with the marks at its end`, "blue");
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

  /** What looks like a mark, and isn't ours, would say of the object what isn't so. */
  #refuseForged(comment: string | undefined, extattrs: ExtattrsToCreate | undefined): void {
    const inComments = [
      ...(this.#marker === "comment" ? ["owner"] : []),
      ...(this.requestIdMarker === "comment" ? ["request"] : []),
    ];
    const forged = inComments.find((mark) => comment?.includes(`[${mark}: `));
    if (forged !== undefined)
      throw invalid("comment", comment, `looks as if it held the mark [${forged}: …], which is ours`, "blue");
    const { requestIdAttribute } = this;
    const names = [
      ...(requestIdAttribute === undefined ? [] : [requestIdAttribute]),
      ...this.#tokens.wanted,
      ...this.#changes.wanted,
    ];
    const own = names.find((name) => Object.hasOwn(extattrs ?? {}, name));
    if (own === undefined) return;
    const value = (extattrs as Readonly<Record<string, unknown>>)[own];
    const problem =
      own === requestIdAttribute
        ? "is set by the request: pass requestId"
        : "is this library's own; leave it out";
    throw invalid(`extattrs["${own}"]`, value, problem, { Site: "Paris" });
  }

  #ownerOf({
    comment,
    extattrs,
  }: {
    readonly comment?: string | undefined;
    readonly extattrs?: ExtensibleAttributes;
  }) {
    const marker = this.#marker;
    if (marker === "none") return undefined;
    if (marker === "comment") return ownerInComment.exec(comment ?? "")?.[1];
    return textOf(extattrs, marker.attribute);
  }
}

function requestIdMarkerOf({ requestIdAttribute, requestIdMarker }: OwnershipOptions): RequestIdMarker {
  if (requestIdAttribute !== undefined)
    checkAttribute("requestIdAttribute", requestIdAttribute, markAttributes.requestId);
  if (typeof requestIdMarker === "object")
    checkAttribute("requestIdMarker.attribute", requestIdMarker.attribute, markAttributes.requestId);
  if (requestIdMarker !== undefined && requestIdAttribute !== undefined) {
    throw invalid(
      "requestIdMarker",
      requestIdMarker,
      "says the same as requestIdAttribute: give one of them",
      {
        attribute: markAttributes.requestId,
      },
    );
  }
  return requestIdMarker ?? { attribute: requestIdAttribute ?? markAttributes.requestId };
}

function attributeOf(marker: OwnerMarker): readonly string[] {
  return typeof marker === "object" ? [marker.attribute] : [];
}

/** An attribute that keeps tokens: used unless it turns out that the grid has no definition of it. */
class Attribute {
  readonly #name: string | undefined;
  /** Whether nobody asked for it by name. */
  readonly isOptional: boolean;
  isMissing = false;

  constructor(option: string, name: string | false | undefined, usual: string) {
    if (name !== undefined && name !== false) checkAttribute(option, name, usual);
    this.#name = name === false ? undefined : (name ?? usual);
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

/** A search for one value, or for any of several. */
function oneOf(values: readonly string[]): string | { readonly matches: string } {
  const [only = "", ...others] = values;
  return others.length === 0 ? only : { matches: `^${alternatives(values)}$` };
}

/** Any of these texts, as a pattern: what all begin with stands once. */
function alternatives(values: readonly string[]): string {
  const [first = "", ...others] = values;
  if (others.length === 0) return escaped(first);
  let length = 0;
  while (length < first.length && others.every((one) => one[length] === first[length])) length += 1;
  return `${escaped(first.slice(0, length))}(${values.map((one) => escaped(one.slice(length))).join("|")})`;
}

/** The request id of one thing in a request for many. */
export function placeId(requestId: string, place: number): string {
  return `${requestId}/${place}`;
}

/** How a request id stands at the end of a comment. */
function requestMark(requestId: string): string {
  if (!/[[\]]/.test(requestId)) return `[request: ${requestId}]`;
  throw invalid("requestId", requestId, "has no brackets where comments keep it", "deploy-42/blue");
}

/** Guess: a grid's patterns take a backslash as POSIX does, and before no letter or digit. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function textOf(extattrs: ExtensibleAttributes | undefined, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value: unknown = (extattrs as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The name of the attribute for whose lack the grid refused a request. */
export function undefinedAttribute(error: unknown): string | undefined {
  if (!isInfobloxError(error, "WapiError")) return undefined;
  return (
    /Unknown extensible attribute: (.+?)\s*$/.exec(error.text)?.[1] ?? namedIn(error, "attributeUnknown")
  );
}

function checkAttribute(field: string, name: unknown, example: string): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  throw invalid(field, name, "must be the name of an extensible attribute", example);
}
