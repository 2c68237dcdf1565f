/** Renders a map as a page in one file, which makes no network requests: its own policy forbids them. */

import { createHash } from "node:crypto";
import type { AddressMap } from "../ipam/map/map-results.js";
import { escapeMarkup } from "./markup.js";
import { outlineOf } from "./outline.js";
import { packOutline } from "./packed.js";
import { script, style } from "./page.gen.js";
import { dark, light, type Scheme } from "./palette.js";
import { summaryOf } from "./words.js";

export function renderHtml(map: AddressMap): string {
  const outline = outlineOf(map);
  const title = escapeMarkup(`Address map of ${map.title}`);
  const summary = escapeMarkup(summaryOf(outline).join(" "));
  const css = `${colours()}${style}`;
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(css)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
<a id="skip" href="#table">Skip to the table</a>
<header>
<div>
<h1 id="heading" tabindex="-1">Address map of <span id="here">${escapeMarkup(map.title)}</span></h1>
<p id="about"></p>
<p class="faint">${summary}</p>
</div>
<form id="find" role="search">
<label for="search">Find an address, CIDR or name</label>
<input id="search" type="search" autocomplete="off" spellcheck="false">
<p id="count" class="faint" role="status"></p>
<ul id="found"></ul>
</form>
</header>
<main>
<nav id="nav" aria-label="Path"><ol id="path"></ol></nav>
<div id="map" tabindex="0" role="application" aria-roledescription="address map" aria-labelledby="here" aria-describedby="keys">
<canvas id="canvas" aria-hidden="true"></canvas>
<canvas id="marks" aria-hidden="true"></canvas>
<div id="ring" hidden></div>
<div id="tip" hidden></div>
</div>
<p id="said" class="unseen" role="status"></p>
<ul id="legend" aria-label="Legend"></ul>
<p id="keys" class="faint">Addresses run from left to right, row by row. Click to look into a block, or into a row by its label. Keys: arrows move, Enter looks into a block, Escape goes back.</p>
<p id="narrow"><label for="filter">Show rows with</label> <input id="filter" type="search" autocomplete="off" spellcheck="false"> <span id="rows" class="faint" role="status"></span></p>
<div class="scroll"><table id="table" tabindex="-1"><caption id="caption" class="unseen"></caption></table></div>
<button id="more" type="button" hidden></button>
<noscript><p>This page draws itself with JavaScript, which is switched off. It holds all its data and asks the network for nothing.</p></noscript>
</main>
<script type="application/json" id="data">${embedded(packOutline(outline))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that an HTML parser can't read as markup, whatever names and comments contain. */
function embedded(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** The colours of both schemes. Paper is always light. */
function colours(): string {
  const rules = ({ tones, ...plain }: Scheme) =>
    `:root{${Object.entries({ ...plain, edge: tones.high.fill })
      .map(([name, value]) => `--${name}:${value};`)
      .join("")}}${Object.entries(tones)
      .map(([tone, { fill, text }]) => `.${tone}{background-color:${fill};color:${text}}`)
      .join("")}`;
  return `${rules(light)}@media screen and (prefers-color-scheme:dark){${rules(dark)}}`;
}
