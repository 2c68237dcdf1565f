/** Finds the line of a value in a TOML file: smol-toml, which reads the files, keeps no positions. */

import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";

type Path = readonly (string | number)[];

interface TomlLine {
  readonly path: Path;
  readonly line: number;
}

/**
 * The line of the value at a path, else of what would contain it.
 *
 * @param source - a file that smol-toml has read without errors
 * @param path - e.g. `["subnets", 1, "prefixLength"]`
 */
export function lineInToml(source: string, path: Path): number {
  const places = placesOf(source);
  for (let length = path.length; length > 0; length -= 1) {
    // A number in the path may be a key of digits.
    const isHere = (part: string | number, at: number) => String(part) === String(path[at]);
    const place = places.find((one) => one.path.length >= length && one.path.slice(0, length).every(isHere));
    if (place !== undefined) return place.line;
  }
  return 1;
}

function placesOf(source: string): readonly TomlLine[] {
  try {
    const [document] = parseTOML(source.replace(/^\uFEFF/, ""), { tomlVersion: "1.1" }).body;
    return [...placesIn(document, [])];
  } catch {
    // toml-eslint-parser refuses a few values that smol-toml accepts, such as a 30th of February. The caller then has
    // an error to report without the line.
    return [];
  }
}

/** Yields tables, pairs and list elements from top to bottom, each with its path. */
function* placesIn(
  node: AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode,
  path: Path,
): Generator<TomlLine> {
  yield { path, line: node.loc.start.line };
  switch (node.type) {
    case "TOMLTopLevelTable":
    case "TOMLTable":
    case "TOMLInlineTable":
      for (const one of node.body) {
        const isTable = one.type === "TOMLTable";
        yield* placesIn(one, isTable ? one.resolvedKey : [...path, ...getStaticTOMLValue(one.key)]);
      }
      break;
    case "TOMLKeyValue":
      yield* placesIn(node.value, path);
      break;
    case "TOMLArray":
      for (const [index, one] of node.elements.entries()) yield* placesIn(one, [...path, index]);
  }
}
