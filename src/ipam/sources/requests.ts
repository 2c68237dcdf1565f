import type { Abortable } from "../requests/requests.js";

export interface PeekOptions extends Abortable {
  readonly networkView?: string | undefined;
  readonly exclude?: string | readonly string[] | undefined;
}

/** Which subnets would come next. */
export interface PeekSubnets extends PeekOptions {
  readonly prefixLength: number;
  /** 1 unless said otherwise. */
  readonly count?: number | undefined;
}
