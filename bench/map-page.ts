/**
 * Measures the map's page of a /8 with 20,000 subnets: how long it takes to open, to show a /16, and to return. Needs
 * Chromium; without it, says so and ends.
 *
 *   npx tsx bench/map-page.ts [--check] [--short]
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderMap } from "infoblox-ipam";
import { executablePath, launch } from "../test/browser/chromium.js";
import { eight } from "../test/unit/map/maps.js";
import { sized } from "./short.js";

/** Milliseconds that --check allows: about three times what a small machine takes. */
const budgets = { open: 3_000, "look into a /16": 300, "come back to the /8": 300 } as const;
type Act = keyof typeof budgets;

/** Runs in the page: milliseconds from the link to the next picture on the screen. */
const timeToShow = `(cidr) => new Promise((shown) => {
  const started = performance.now();
  addEventListener("hashchange", () => requestAnimationFrame(() => setTimeout(() => shown(performance.now() - started))), { once: true });
  location.hash = "#" + cidr;
})`;

if (executablePath !== undefined) await measure();

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-map-page-"));
  const browser = await launch();
  try {
    const file = join(folder, "map.html");
    await writeFile(file, await renderMap(eight(), { format: "html" }));
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    const started = performance.now();
    await page.goto(String(pathToFileURL(file)));
    await page.locator('html[data-ready="true"]').waitFor({ state: "attached" });
    report("open", [performance.now() - started]);

    const go = (cidr: string) => page.evaluate<number>(`(${timeToShow})(${JSON.stringify(cidr)})`);
    const into: number[] = [];
    const back: number[] = [];
    for (let octet = 0; octet < sized(10, 1); octet += 1) {
      into.push(await go(`10.${octet}.0.0/16`));
      back.push(await go("10.0.0.0/8"));
    }
    report("look into a /16", into);
    report("come back to the /8", back);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function report(act: Act, times: readonly number[]): void {
  const median = times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
  const isSlow = median > budgets[act];
  console.log(
    `${act.padEnd(20)} ${median.toFixed(0).padStart(5)} ms${isSlow ? `, more than ${budgets[act]} ms` : ""}`,
  );
  if (isSlow && process.argv.includes("--check")) process.exitCode = 1;
}
