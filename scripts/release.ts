/**
 * Checks what must be true before a version is published, the cheapest checks first: the tag, the version of
 * package.json and the changelog agree, the tarball has the right files, and its provenance can be proved. The release
 * workflow runs it with the tag. `npm run release:check` runs it before that, without a tag.
 *
 *   npx tsx scripts/release.ts [TAG]
 */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

/** The input of the checks, with the needed parts of package.json. */
export interface Release {
  readonly manifest: {
    readonly version: string;
    readonly private?: boolean;
    readonly repository?: { readonly url?: string } | string;
    readonly homepage?: string;
    readonly bugs?: { readonly url?: string } | string;
  };
  readonly changelog: string;
  /** The files of the tarball, as npm lists them. */
  readonly files: readonly string[];
  /** `v1.2.3`; `undefined` before there is a tag. */
  readonly tag?: string | undefined;
  /** `owner/name` of the repository that publishes; `undefined` outside of the workflow. */
  readonly repository?: string | undefined;
}

const papers = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
/** Files that the package needs. */
const needed = [
  "dist/esm/index.js",
  "dist/esm/index.d.ts",
  "dist/cjs/index.js",
  "dist/cjs/index.d.ts",
  "dist/esm/cli/main.js",
];

/** All problems, a sentence each; empty if the version may be published. */
export function problemsOf(release: Release): string[] {
  return [
    ...namesThatDiffer(release),
    ...changelogProblems(release),
    ...contentProblems(release),
    ...provenanceProblems(release),
  ];
}

function namesThatDiffer({ manifest: { version }, tag }: Release): string[] {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) return [`package.json: ${version} is no version`];
  if (tag === undefined || tag === `v${version}`) return [];
  return [`the tag is ${tag}, and package.json has version ${version}: the tag must be v${version}`];
}

/** Checks that the version has a section with entries, above those of older versions. */
function changelogProblems({ manifest: { version }, changelog }: Release): string[] {
  const sections = changelog.split(/^(?=## )/m).filter((section) => section.startsWith("## ["));
  const own = sections.find((section) => section.startsWith(`## [${version}]`));
  if (own === undefined) return [`CHANGELOG.md has no section "## [${version}]"`];
  const newest = sections.find((section) => !section.startsWith("## [Unreleased]"));
  return [
    ...(/^- /m.test(own) ? [] : [`CHANGELOG.md: nothing stands under ${version}`]),
    ...(newest === own ? [] : [`CHANGELOG.md: ${version} is not the newest section`]),
  ];
}

function contentProblems({ files }: Release): string[] {
  const missing = [...papers, ...needed].filter((file) => !files.includes(file));
  const strange = files.filter(
    (file) =>
      !papers.includes(file) &&
      !/^dist\/(esm|cjs)\/[\w./-]+\.(js|js\.map|d\.ts)$/.test(file) &&
      !/^docs\/[\w/-]+\.(md|svg)$/.test(file) &&
      !/^examples\/[\w./-]+\.(ts|js|md|ya?ml|json|toml|service)$/.test(file) &&
      file !== "dist/cjs/package.json",
  );
  return [
    ...missing.map((file) => `the tarball lacks ${file}`),
    ...strange.map((file) => `the tarball holds ${file}, which doesn't belong there`),
  ];
}

/** Checks the repository: the registry refuses a provenance statement of another repository than package.json names. */
function provenanceProblems({ manifest, repository }: Release): string[] {
  if (manifest.private) return ["package.json: a private package can't be published"];
  if (repository === undefined) return [];
  const { repository: named } = manifest;
  const url = typeof named === "string" ? named : (named?.url ?? "");
  const [, name = ""] = /(?:^|[/:])([^/:]+\/[^/]+?)(?:\.git)?$/.exec(url) ?? [];
  return [
    ...(name.toLowerCase() === repository.toLowerCase()
      ? []
      : [`package.json: repository must name ${repository}, else the registry refuses its provenance`]),
    ...["homepage" as const, "bugs" as const].flatMap((field) => {
      const value = manifest[field];
      const address = typeof value === "string" ? value : (value?.url ?? "");
      return URL.canParse(address) && address.toLowerCase().includes(repository.toLowerCase())
        ? []
        : [`package.json: ${field} must be an address of ${repository}`];
    }),
  ];
}

/** The release in this folder, as npm would pack it. */
export async function readRelease(root: string, tag: string | undefined): Promise<Release> {
  const read = (file: string) => readFile(resolve(root, file), "utf8");
  const pack = ["pack", "--dry-run", "--ignore-scripts", "--json"];
  const { stdout } = await promisify(execFile)("npm", pack, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  return {
    manifest: JSON.parse(await read("package.json")),
    changelog: await read("CHANGELOG.md"),
    files: (packed?.files ?? []).map(({ path }) => path),
    tag,
    repository: process.env["GITHUB_REPOSITORY"],
  };
}

if (process.argv[1] === import.meta.filename) {
  const problems = problemsOf(await readRelease(resolve(import.meta.dirname, ".."), process.argv[2]));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? "nothing is in the way of a release" : `${problems.length} in the way`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
