import { randomUUID } from "node:crypto";

/**
 * Creation tokens: each object carries one, in the attribute `Request Attempt`, which tells what one send of one call has
 * made from all that others make. A token is never changed. Where a call makes several objects, each has the name of its
 * intent behind the id of the send: `5f0c…:blue`.
 */
export type TokenId = string;

export function newTokenId(): TokenId {
  return randomUUID();
}

export function tokenOf(id: TokenId, name: string): string {
  return name === "" ? id : `${id}:${name}`;
}

/** The id of a token's send, and the name of the intent behind it. */
export function partsOfToken(token: string): { readonly id: TokenId; readonly name: string } {
  const colon = token.indexOf(":");
  return colon < 0 ? { id: token, name: "" } : { id: token.slice(0, colon), name: token.slice(colon + 1) };
}

/** Tokens of older releases: up to a hundred objects of one request share one. */
export function isShared(token: string): boolean {
  return /^[^:]*\/\d+\+?$/.test(token);
}
