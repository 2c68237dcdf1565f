/** Installs the programs that the tests with real engines need. */

import { spawnSync } from "node:child_process";

/** Debian's packages, with a program of each. */
const packages: Readonly<Record<string, string>> = {
  "docker.io": "dockerd",
  "busybox-static": "busybox",
  iproute2: "ip",
  "util-linux": "nsenter",
};

/**
 * Installs missing packages, if that works without a prompt.
 *
 * @returns why real engines can't run here; `undefined` where they can
 */
export function whyNot(): string | undefined {
  if (process.platform !== "linux") return "they need Linux";
  if (process.getuid?.() !== 0) return "they need root";
  const missing = Object.entries(packages).flatMap(([name, program]) => (isThere(program) ? [] : [name]));
  if (missing.length === 0) return mayMakeNamespaces();
  if (!isThere("apt-get")) return `${missing.join(", ")} not installed, and there is no apt-get`;
  console.log(`installing ${missing.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const aptGet = (...args: string[]) =>
    spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=60", ...args], { env, timeout: 180_000 })
      .status === 0;
  // Recent lists need no update.
  const install = () => aptGet("install", "-y", "--no-install-recommends", ...missing);
  return install() || (aptGet("update") && install())
    ? undefined
    : `${missing.join(", ")} can't be installed`;
}

/** Root in a container often may not. */
function mayMakeNamespaces(): string | undefined {
  const { status } = spawnSync("unshare", ["--net", "--mount", "true"]);
  return status === 0 ? undefined : "this root may not make namespaces";
}

function isThere(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}
