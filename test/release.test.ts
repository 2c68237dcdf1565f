import { describe, expect, it } from "vitest";
import { problemsOf, type Release } from "../scripts/release.js";

const good: Release = {
  manifest: {
    version: "1.2.3",
    repository: "github:example/ipam",
    homepage: "https://git.example/example/ipam#readme",
    bugs: { url: "https://git.example/example/ipam/issues" },
  },
  changelog: "# Changelog\n\n## [Unreleased]\n\n## [1.2.3]\n\n- New.\n\n## [1.2.2]\n\n- Old.\n",
  files: [
    ...[
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "package.json",
      "dist/cjs/package.json",
    ],
    ...["esm", "cjs"].flatMap((tree) => [`dist/${tree}/index.js`, `dist/${tree}/index.d.ts`]),
    ...["dist/esm/cli/main.js", "dist/esm/index.js.map", "docs/ipam.md", "examples/next-subnet.ts"],
  ],
  tag: "v1.2.3",
  repository: "example/ipam",
};

describe("before a release", () => {
  it("nothing is wrong where all agree", () => {
    expect(problemsOf(good)).toEqual([]);
    const manifest = { ...good.manifest, repository: { url: "git+https://git.example/example/ipam.git" } };
    expect(problemsOf({ ...good, manifest })).toEqual([]);
    expect(problemsOf({ ...good, tag: undefined, repository: undefined })).toEqual([]);
  });

  it.each([
    ["a wrong tag", { tag: "v1.2.4" }, /the tag is v1\.2\.4.*must be v1\.2\.3/],
    ["a tag without v", { tag: "1.2.3" }, /the tag is 1\.2\.3/],
    ["a version that is none", { manifest: { ...good.manifest, version: "next" } }, /next is no version/],
    [
      "a changelog without the version",
      { changelog: "## [Unreleased]\n\n- New.\n" },
      /no section "## \[1\.2\.3\]"/,
    ],
    [
      "one that says nothing of it",
      { changelog: "## [1.2.3]\n\n## [1.2.2]\n\n- Old.\n" },
      /nothing stands under 1\.2\.3/,
    ],
    [
      "an older version than the newest",
      { changelog: "## [2.0.0]\n\n- New.\n\n## [1.2.3]\n\n- Old.\n" },
      /1\.2\.3 is not the newest/,
    ],
    ["a tarball that was not built", { files: ["package.json"] }, /lacks dist\/esm\/index\.js/],
    ["a tarball with sources", { files: [...good.files, "src/index.ts"] }, /holds src\/index\.ts/],
    ["a tarball with a secret", { files: [...good.files, "dist/esm/.env"] }, /holds dist\/esm\/\.env/],
    ["another repository", { repository: "example/fork" }, /must name example\/fork/],
    [
      "no homepage",
      { manifest: { version: "1.2.3", repository: "github:example/ipam" } },
      /homepage must be an address of example\/ipam/,
    ],
    [
      "a place for bugs elsewhere",
      { manifest: { ...good.manifest, bugs: "https://git.example/others/ipam/issues" } },
      /bugs must be an address of example\/ipam/,
    ],
    ["a private package", { manifest: { ...good.manifest, private: true } }, /private/],
  ] satisfies [string, Partial<Release>, RegExp][])("%s is told", (_what, wrong, message) => {
    expect(problemsOf({ ...good, ...wrong }).join("\n")).toMatch(message);
  });
});
