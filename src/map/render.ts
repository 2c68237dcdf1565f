import { checkObject, invalid } from "../errors.js";
import type { AddressMap } from "../ipam/map/map-results.js";

/**
 * How to draw a map.
 *
 * - `"html"`: a page in one file, without network access: zoom, search, names, light and dark, print
 * - `"svg"`: one picture
 * - `"text"`: for a terminal
 */
export type MapFormat =
  | { readonly format: "html" }
  | {
      readonly format: "svg";
      /** Width in pixels. Default 1000. */
      readonly width?: number | undefined;
    }
  | {
      readonly format: "text";
      /** Width of a line in characters. Default 100. */
      readonly width?: number | undefined;
      /** Whether to write colours, which only a terminal understands. Default `false`. */
      readonly colour?: boolean | undefined;
      /** Whether to use only ASCII. Default `false`. */
      readonly ascii?: boolean | undefined;
    };

/**
 * Draws a map of `Ipam.map` as text: HTML, SVG or characters. It escapes names and comments. The renderers are loaded
 * on the first call.
 *
 * @throws {InvalidRequestError} if the map is not a result of `Ipam.map`, or the format is unknown
 * @example
 * const map = await ipam.map("10.0.0.0/8");
 * await writeFile("map.html", await renderMap(map, { format: "html" }));
 */
export async function renderMap(map: AddressMap, format: MapFormat): Promise<string> {
  checkObject("map", map, "await ipam.map()");
  if (!Array.isArray(map.blocks) || typeof map.title !== "string" || typeof map.readAt !== "string") {
    throw invalid("map", "an object", "must be a result of Ipam.map", "await ipam.map()");
  }
  checkObject("format", format, { format: "svg" });
  switch (format.format) {
    case "svg": {
      const { renderSvg } = await import("./svg.js");
      return renderSvg(map, { width: format.width ?? 1000 });
    }
    case "text": {
      const { renderText } = await import("./text.js");
      const { width = 100, colour = false, ascii = false } = format;
      return renderText(map, { width, colour, ascii });
    }
    case "html": {
      const { renderHtml } = await import("./html.js");
      return renderHtml(map);
    }
    default: {
      const { format: unknown } = format as { format: unknown };
      throw invalid("format", unknown, "must be html, svg or text", "html");
    }
  }
}
