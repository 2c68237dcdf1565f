import { InvalidRequestError, invalid, isInfobloxError, OwnershipError } from "../errors.js";
import type { ExtattrsToCreate, ExtensibleAttributes } from "../wapi/extattrs.js";
import { commentProblem } from "./syntax.js";

/**
 * Where an object says who made it: in an extensible attribute, at the end of its comment, or nowhere.
 */
export type OwnerMarker = { readonly attribute: string } | "comment" | "none";

/** What marks the objects of one `Ipam`. */
export interface OwnershipOptions {
  /** Who makes these objects, e.g. `"platform-team"`. Left out: nothing is marked, and nothing refused. */
  readonly owner?: string | undefined;
  /**
   * Where the owner is written. Left out: in the attribute `Owner`, if the grid has a definition of that name (see
   * `setup`), else nowhere.
   */
  readonly ownerMarker?: OwnerMarker | undefined;
  /** The extensible attribute that keeps request ids. `"Request ID"` unless said otherwise. */
  readonly requestIdAttribute?: string | undefined;
}

/** What a new object says about itself. */
export interface Marks {
  readonly comment?: string;
  readonly extattrs?: ExtattrsToCreate;
}

interface Described {
  readonly comment?: string | undefined;
  readonly extattrs?: ExtattrsToCreate | undefined;
  readonly requestId?: string | undefined;
}

const ownerInComment = / ?\[owner: ([^\]]+)\]$/;

/** Who made what: marks new objects, and keeps others from releasing them. */
export class Ownership {
  readonly owner: string | undefined;
  readonly requestIdAttribute: string;
  /** What was asked for. */
  readonly #wanted: OwnerMarker;
  /** What is done: less than was asked for where the grid lacks the definition, and may. */
  #marker: OwnerMarker;
  /** The marker wasn't asked for by name, and does without a definition. */
  readonly #optional: boolean;

  constructor({ owner, ownerMarker, requestIdAttribute = "Request ID" }: OwnershipOptions) {
    if (owner !== undefined && !/^[^[\]\p{Cc}\p{Cs}]{1,64}$/u.test(owner)) {
      throw invalid("owner", owner, "must be 1 to 64 printable characters without brackets", "platform-team");
    }
    checkAttribute("requestIdAttribute", requestIdAttribute, "Request ID");
    if (typeof ownerMarker === "object")
      checkAttribute("ownerMarker.attribute", ownerMarker.attribute, "Owner");
    this.owner = owner;
    this.requestIdAttribute = requestIdAttribute;
    this.#optional = ownerMarker === undefined;
    this.#wanted = owner === undefined ? "none" : (ownerMarker ?? { attribute: "Owner" });
    this.#marker = this.#wanted;
  }

  /** The attributes that objects are marked with, for whoever defines them. */
  get attributes(): readonly string[] {
    const owner = typeof this.#wanted === "object" ? [this.#wanted.attribute] : [];
    return [this.requestIdAttribute, ...owner];
  }

  /** From now on the attributes are defined. */
  defined(): void {
    this.#marker = this.#wanted;
  }

  /**
   * Makes an object with its marks. Where the owner's attribute turns out not to be defined, and nobody asked for it
   * by name, the object is made without: a refused create leaves nothing behind.
   */
  creating<T>(described: Described, create: (marks: Marks) => Promise<T>): Promise<T> {
    return this.marking((marksOf) => create(marksOf(described)));
  }

  /** The same for several objects at once. */
  async marking<T>(create: (marksOf: (described: Described) => Marks) => Promise<T>): Promise<T> {
    const marksOf = (described: Described) => this.#marks(described);
    try {
      return await create(marksOf);
    } catch (error) {
      const marker = this.#marker;
      if (!this.#optional || typeof marker !== "object" || undefinedAttribute(error) !== marker.attribute) {
        throw this.explained(error);
      }
      this.#marker = "none";
      return create(marksOf);
    }
  }

  /** The error of a grid that keeps no request ids, with what to do about it. */
  explained(error: unknown): unknown {
    const name = undefinedAttribute(error);
    if (name === undefined || !this.attributes.includes(name) || !(error instanceof InvalidRequestError))
      return error;
    const { status, code, text, method, path } = error;
    const hint = `Call setup() once, or have a superuser create an extensible attribute of that name and type STRING.`;
    const message = `The grid has no extensible attribute "${name}", which this Ipam marks its objects with.`;
    return new InvalidRequestError(message, { status, code, text, method, path, hint, cause: error });
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
      hint: "Pass force: true to release it all the same.",
    });
  }

  /** A comment as it was written, without the owner at its end where that is its place. */
  withoutMark(comment: string): string {
    return this.#marker === "comment" ? comment.replace(ownerInComment, "") : comment;
  }

  /** What finds the objects of this owner; `undefined` where nothing is marked. */
  get whereOwned():
    | { readonly comment: { readonly matches: string } }
    | { readonly extattrs: Record<string, string> }
    | undefined {
    const marker = this.#marker;
    if (marker === "none" || this.owner === undefined) return undefined;
    return marker === "comment"
      ? { comment: { matches: `\\[owner: ${this.owner.replace(/[.*+?^${}()|\\]/g, "\\$&")}\\]$` } }
      : { extattrs: { [marker.attribute]: this.owner } };
  }

  /** Whether the object says that this owner made it. */
  owns(object: { readonly comment?: string | undefined; readonly extattrs?: ExtensibleAttributes }): boolean {
    return this.owner !== undefined && this.#ownerOf(object) === this.owner;
  }

  /** Whether releases have to look who made a thing. */
  get marks(): boolean {
    return this.#marker !== "none";
  }

  #marks({ comment, extattrs, requestId }: Described): Marks {
    const marker = this.#marker;
    const marked = marker === "comment" ? `${comment ? `${comment} ` : ""}[owner: ${this.owner}]` : comment;
    const problem = marked === undefined ? undefined : commentProblem(marked);
    if (problem) throw invalid("comment", comment, `${problem.problem}, with the owner at its end`, "blue");
    const attributes = {
      ...extattrs,
      ...(typeof marker === "object" && { [marker.attribute]: this.owner }),
      ...(requestId !== undefined && { [this.requestIdAttribute]: requestId }),
    } as ExtattrsToCreate;
    return {
      ...(marked !== undefined && { comment: marked }),
      ...(Object.keys(attributes).length > 0 && { extattrs: attributes }),
    };
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
    const value: unknown = (extattrs as Readonly<Record<string, unknown>> | undefined)?.[marker.attribute];
    return typeof value === "string" ? value : undefined;
  }
}

function undefinedAttribute(error: unknown): string | undefined {
  if (!isInfobloxError(error, "WapiError")) return undefined;
  return /Unknown extensible attribute: (.+?)\s*$/.exec(error.text)?.[1];
}

function checkAttribute(field: string, name: unknown, example: string): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  throw invalid(field, name, "must be the name of an extensible attribute", example);
}
