/** The files that operators copy: what systemd and Docker would make of them, as far as this machine can tell. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import manifest from "../../../package.json" with { type: "json" };

const folder = join(import.meta.dirname, "../../../examples/docker");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const unit = "infoblox-ipam-docker.service";
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe("the systemd unit", () => {
  it("starts before Docker, waits until the driver listens, and starts no version but this one", () => {
    expect(read(unit)).toMatch(/^Before=docker\.service$/m);
    expect(read(unit)).toMatch(/^Type=notify$/m);
    expect(read(unit)).toContain(`infoblox-ipam@${manifest.version}\n`);
    expect(read(unit)).not.toMatch(/^ExecStart=.*npx/m);
  });

  it.skipIf(!hasSystemd)("is exposed less than 3 of 10", () => {
    const args = ["security", "--offline=true", "--threshold=30", "--no-pager", join(folder, unit)];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(stdout).toMatch(/Overall exposure level .* [0-2]\.\d /);
    expect(status).toBe(0);
  });
});

describe("the Compose project", () => {
  it("uses the driver, and doesn't start it: one in a container starts after those that need it", () => {
    const { services, networks } = parse(read("compose.yaml"));
    expect(networks.blue.ipam).toEqual({ driver: "infoblox", options: { "network-name": "blue" } });
    expect(JSON.stringify(services)).not.toContain("infoblox");
  });
});

describe("the page of the driver", () => {
  const page = readFileSync(join(folder, "../../docs/docker.md"), "utf8");

  it("names a test that exists for each network driver, engine and way to install it", () => {
    const [, table = ""] = /## What works with which engine\n([\s\S]*?)\n## /.exec(page) ?? [];
    const rows = table.split("\n").filter((line) => /^\| (?!Network driver|---)/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const files = [...row.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, file]) => file ?? "");
      expect(files, row).not.toEqual([]);
      expect(files.filter((file) => !existsSync(join(folder, "../..", file)))).toEqual([]);
    }
  });

  it("tells of every setting that the example file has", () => {
    const names = [...read("docker.toml").matchAll(/^(?:# )?([a-z][a-z-]+) = /gm)].map(
      ([, name]) => name ?? "",
    );
    expect(names.length).toBeGreaterThan(8);
    const isTold = (name: string) => page.includes(name.replace(/^global-/, "local-"));
    expect(names.filter((name) => !isTold(name))).toEqual([]);
  });
});
