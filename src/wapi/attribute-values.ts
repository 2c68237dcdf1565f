/** Values of extensible attributes, for code that runs in a browser too: nothing behind it needs Node. */

export type { ExtensibleAttributes } from "../schema/field.js";
