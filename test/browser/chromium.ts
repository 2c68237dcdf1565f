/** A Chromium that is installed on this machine; none is downloaded. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function installed(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env["CHROMIUM"] ?? "", ...candidates].find((file) => file !== "" && existsSync(file));
}

/** The path of the browser; `undefined` where there is none. CHROMIUM names another. */
export const executablePath = installed();

if (executablePath === undefined) {
  console.warn(
    "No Chromium is installed: what needs one is skipped (apt-get install chromium, or set CHROMIUM).",
  );
}

export async function launch(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("no Chromium is installed");
  // Containers have neither a sandbox of their own nor a large /dev/shm; and where nobody looks, no GPU is worth its start.
  return chromium.launch({
    executablePath,
    timeout: 300_000,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
