/**
 * Lets packages in CommonJS load from a bundle in ES modules. Such packages call `require` for Node's own modules. esbuild
 * keeps these calls in its output, where nothing defines `require`, and the program would fail with "Dynamic require of
 * "util" is not supported". Node, and bundlers that replace the calls, don't need this, and nothing changes for them.
 */

const scope: { require?: unknown } = globalThis;
let loading = 0;

/**
 * Loads something that may contain CommonJS. Where there is no global `require`, one that knows Node's own modules exists
 * until `load` is done, and no longer.
 *
 * @example
 * const { generate } = await loadCommonJs(() => import("selfsigned"));
 */
export async function loadCommonJs<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  if (scope.require !== undefined && scope.require !== requireBuiltIn) return load();
  scope.require = requireBuiltIn;
  loading += 1;
  try {
    return await load();
  } finally {
    loading -= 1;
    if (loading === 0) delete scope.require;
  }
}

function requireBuiltIn(name: string): unknown {
  const found: unknown = process.getBuiltinModule(name);
  if (found !== undefined) return found;
  // As Node's own error: packages catch it where a dependency is optional.
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
}
