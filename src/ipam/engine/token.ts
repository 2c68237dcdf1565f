import { randomUUID } from "node:crypto";

/**
 * Creation tokens: each object has one in the attribute `Request Attempt`. It distinguishes the objects of one send of one call
 * from all others. A token never changes. If a call makes several objects, each token has the name of its intent after the id of
 * the send: `5f0c…:blue`.
 */
export type TokenId = string;

export function newTokenId(): TokenId {
  return randomUUID();
}

export function tokenOf(id: TokenId, name: string): string {
  return name === "" ? id : `${id}:${name}`;
}

/** The id of the send in a token, and the name of the intent. */
export function partsOfToken(token: string): { readonly id: TokenId; readonly name: string } {
  const colon = token.indexOf(":");
  return colon < 0 ? { id: token, name: "" } : { id: token.slice(0, colon), name: token.slice(colon + 1) };
}

/** Whether a token is in the form of older releases: up to a hundred objects of one request share it. */
export function isShared(token: string): boolean {
  return /^[^:]*\/\d+\+?$/.test(token);
}
