/** Values of extensible attributes. Code in a browser uses this module too, so it imports nothing that needs Node. */

export type { ExtensibleAttributes } from "../schema/field.js";
