import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Drive, drive } from "./driving.js";

/** Resources that each test of a file has for itself. */
export interface Workplace {
  /** A folder, which is removed at the test's end. */
  readonly folder: string;
  /** Cleanup at the test's end, the last first. */
  readonly closing: (() => unknown)[];
  /** A driver on a grid of its own, which are closed at the test's end. */
  readonly start: (...args: Parameters<typeof drive>) => Promise<Drive>;
}

/** To be called once, at the top of a file. */
export function workplace(): Workplace {
  const closing: (() => unknown)[] = [];
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-docker-"));
    closing.push(() => rm(folder, { recursive: true }));
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const start = async (...args: Parameters<typeof drive>) => {
    const open = await drive(...args);
    closing.push(() => open[Symbol.asyncDispose]());
    return open;
  };
  return {
    get folder() {
      return folder;
    },
    closing,
    start,
  };
}
