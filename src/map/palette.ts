/**
 * Colours, in a light and a dark scheme. Usage goes from pale to strong in one hue, and to orange at the end: people
 * with all common kinds of colour blindness distinguish blue and orange. Kinds of addresses (after Okabe and Ito) have
 * a letter in addition to the colour. Text on every colour has a contrast of at least 4.5 to 1, which a test checks.
 */

import type { MapAddressKind } from "../ipam/map/map-results.js";

/** Usage, in steps that are easy to distinguish. */
export type Fill = "unknown" | "empty" | "low" | "quarter" | "half" | "high" | "full";

export type Tone = Fill | "free" | "range" | "unused" | MapAddressKind;

export interface Colour {
  readonly fill: string;
  readonly text: string;
}

export interface Scheme {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly accent: string;
  /** The colour of the frame around a match. */
  readonly mark: string;
  readonly tones: Readonly<Record<Tone, Colour>>;
}

const black = "#111111";
const white = "#ffffff";

export const light: Scheme = {
  paper: "#ffffff",
  ink: "#1b1f24",
  faint: "#59626d",
  line: "#8a939e",
  accent: "#0b57d0",
  mark: "#c2005f",
  tones: {
    unknown: { fill: "#d3d6da", text: black },
    empty: { fill: "#eaf2fb", text: black },
    low: { fill: "#c3dcf2", text: black },
    quarter: { fill: "#8fc0e6", text: black },
    half: { fill: "#4a95d1", text: black },
    high: { fill: "#0f4c8a", text: white },
    full: { fill: "#f28c1e", text: black },
    free: { fill: "#f4f5f6", text: "#59626d" },
    range: { fill: "#e4dcf5", text: black },
    unused: { fill: "#f4f5f6", text: "#59626d" },
    host: { fill: "#12a57c", text: black },
    fixed: { fill: "#0a6cb0", text: white },
    reservation: { fill: "#e6a21a", text: black },
    lease: { fill: "#72bfec", text: black },
    record: { fill: "#d48ab4", text: black },
    own: { fill: "#6d757f", text: white },
    discovered: { fill: "#efe34d", text: black },
  },
};

export const dark: Scheme = {
  paper: "#15181c",
  ink: "#e8eaed",
  faint: "#a3abb5",
  line: "#717b87",
  accent: "#8ab8ff",
  mark: "#ff7ac2",
  tones: {
    unknown: { fill: "#4b5158", text: white },
    empty: { fill: "#16283a", text: white },
    low: { fill: "#1c3f61", text: white },
    quarter: { fill: "#245f97", text: white },
    half: { fill: "#569fdb", text: black },
    high: { fill: "#b5d8f7", text: black },
    full: { fill: "#ff9d3d", text: black },
    free: { fill: "#1f2328", text: "#a3abb5" },
    range: { fill: "#3c3357", text: white },
    unused: { fill: "#1f2328", text: "#a3abb5" },
    host: { fill: "#22b98f", text: black },
    fixed: { fill: "#3f97dc", text: black },
    reservation: { fill: "#e9ab2f", text: black },
    lease: { fill: "#8acbf1", text: black },
    record: { fill: "#d992bb", text: black },
    own: { fill: "#7c8691", text: black },
    discovered: { fill: "#efe34d", text: black },
  },
};

export function fillOf(percent: number | undefined): Fill {
  if (percent === undefined) return "unknown";
  if (percent <= 0) return "empty";
  if (percent < 25) return "low";
  if (percent < 50) return "quarter";
  if (percent < 75) return "half";
  return percent < 90 ? "high" : "full";
}

/** The meaning of each step, in the order of the legend. */
export const fills: readonly (readonly [Fill, string])[] = [
  ["empty", "nothing in use"],
  ["low", "under 25 %"],
  ["quarter", "25–49 %"],
  ["half", "50–74 %"],
  ["high", "75–89 %"],
  ["full", "90 % and more"],
  ["unknown", "not known"],
];

/** The name and letter of each kind of address. */
export const kinds: Readonly<Record<MapAddressKind, readonly [letter: string, name: string]>> = {
  host: ["H", "host record"],
  fixed: ["F", "fixed address"],
  reservation: ["R", "reservation"],
  lease: ["L", "lease"],
  record: ["D", "DNS record"],
  discovered: ["?", "discovered"],
  own: ["▪", "network, broadcast"],
};

/** Follows the letter of an address at which the grid has found another device. */
export const conflictMark = "!";
