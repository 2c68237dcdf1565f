/** Where in a TOML file a thing stands: smol-toml, which reads the files, keeps no places. */

import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";

type Path = readonly (string | number)[];

interface TomlLine {
  readonly path: Path;
  readonly line: number;
}

/**
 * The line of the thing at a path, or of what it would stand in.
 *
 * @param source - a file that the parser has taken: what is wrong with it isn't looked for
 * @param path - e.g. `["subnets", 1, "prefixLength"]`
 */
export function lineInToml(source: string, path: Path): number {
  const places = placesOf(source);
  for (let length = path.length; length > 0; length -= 1) {
    // A path to an index may mean a name of digits.
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
    // It refuses a little that smol-toml takes, such as a 30th of February. Whoever asks has more to tell than the line.
    return [];
  }
}

/** Tables, pairs, and elements of lists, from top to bottom, each with its path. */
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
