import type { RequestDifference } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { CallOptions } from "../../wapi/call-options.js";
import type { Step } from "../../wapi/step.js";
import type { ExtattrsWhere } from "../../wapi/types.js";

/** A thing to be created. */
export interface Draft<T> {
  /** The object type of the thing itself. */
  readonly type: string;
  readonly steps: readonly (Step<unknown> | RawStep)[];
  /** Whether steps follow that which creates the thing: what goes with it. */
  readonly goesOn?: boolean | undefined;
  /** Whether it is the grid that chooses the address, so that another can be had where somebody was faster. */
  readonly chosen: boolean;
  /** The thing, from what the steps gave. */
  readonly read: (results: readonly unknown[]) => T;
  /** The same as a plain create, where it is but one step. */
  readonly create?: ((options: CallOptions) => Promise<T>) | undefined;
}

/** A request, as far as doing it once goes. */
export interface Request<T> {
  readonly networkView: string;
  readonly requestId?: string | undefined;
  /** Attributes that stand for the thing, as a request id does: whoever asks with the same gets the same. */
  readonly sharedBy?: ExtattrsWhere | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In what a thing that is there already differs from what is asked for. */
  readonly differences: (existing: T) => readonly RequestDifference[];
}

/** Creates a thing once. */
export type Make<T> = (draft: Draft<T>) => Promise<T>;
