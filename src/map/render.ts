import { checkObject, invalid } from "../errors.js";
import type { AddressMap } from "../ipam/map/map-results.js";

/**
 * How to draw a map.
 *
 * - `"html"`: a page of its own, in one file and without network access: zoom, search, names, light and dark, print
 * - `"svg"`: one picture
 * - `"text"`: for a terminal
 */
export type MapFormat =
  | { readonly format: "html" }
  | {
      readonly format: "svg";
      /** In pixels; 1000 unless said otherwise. */
      readonly width?: number | undefined;
    }
  | {
      readonly format: "text";
      /** Of a line, in characters; 100 unless said otherwise. */
      readonly width?: number | undefined;
      /** Colours, which only a terminal understands. */
      readonly colour?: boolean | undefined;
      /** Only ASCII. */
      readonly ascii?: boolean | undefined;
    };

/**
 * Draws a map of `Ipam.map`: data in, text out. Names and comments can hold anything: they are escaped. What draws is
 * loaded with the first call.
 *
 * @throws {InvalidRequestError} if the map is none, or no such format is known
 * @example
 * const map = await ipam.map("10.0.0.0/8");
 * await writeFile("map.html", await renderMap(map, { format: "html" }));
 */
export async function renderMap(map: AddressMap, format: MapFormat): Promise<string> {
  checkObject("map", map, "await ipam.map()");
  if (!Array.isArray(map.blocks) || typeof map.title !== "string" || typeof map.readAt !== "string") {
    throw invalid("map", "an object", "must be what Ipam.map gave", "await ipam.map()");
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
