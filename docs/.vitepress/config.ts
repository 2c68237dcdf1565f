import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type DefaultTheme, defineConfig } from "vitepress";

/** What `scripts/site.ts` lays out: the pages of `docs`, and those that are made from code. */
const pages = resolve(import.meta.dirname, "../../.tmp/site");

/** The user's questions, in order. A page that no list names fails the build: nobody would find it. */
const sidebar: DefaultTheme.SidebarItem[] = [
  section("Start", ["readme", "getting-started", "safe-to-repeat", "glossary", "bundling", "migrating"]),
  section("Subnets and addresses", [
    "ipam",
    "plans",
    "desired-state",
    "map",
    "inventory",
    "command-line",
    "recipes",
  ]),
  section("The WAPI client", [
    "wapi-client",
    "what-an-editor-refuses",
    "types-from-your-grid",
    "schema-facts",
    "proxies",
  ]),
  section("Docker", ["docker"]),
  section("When things fail", [
    "errors-and-retries",
    "reliability",
    "error-catalogue",
    "observability",
    "security",
  ]),
  section("Tests", ["testing-with-fakegrid", "fakegrid", "grid-profile", "record-and-replay"]),
  folder("Recipes", "examples/recipes"),
  folder("Docker examples", "examples/docker"),
  folder("Examples", "examples"),
  folder("Decisions", "decisions"),
  section("The project", [
    "tour",
    "compatibility",
    "contributing",
    "security-policy",
    "changelog",
    "license",
  ]),
];

/** An address map of four blocks, one of them taken; it reads on light and dark tabs. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#5672cd" stroke-width="1.5">
  <path d="M2 2h5v5H2zM9 9h5v5H9zM2 9h5v5H2z"/><path fill="#5672cd" d="M9 2h5v5H9z"/></svg>`;

refuseUnlisted();

export default defineConfig({
  title: "infoblox-ipam",
  description: "Subnets and IP addresses from an Infoblox grid, for Node.js",
  srcDir: "../.tmp/site",
  outDir: "../.tmp/www",
  cacheDir: "../.tmp/vitepress",
  cleanUrls: true,
  // In the page itself: a site below a path of a host would look for a file in the wrong place.
  head: [
    ["link", { rel: "icon", type: "image/svg+xml", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }],
  ],
  // Links inside the site must lead somewhere; this is the link check.
  ignoreDeadLinks: false,
  themeConfig: {
    nav: [
      { text: "Guide", link: "/getting-started", activeMatch: "^/(?!api/|changelog)." },
      { text: "API", link: "/api/", activeMatch: "^/api/" },
      { text: "Changelog", link: "/changelog" },
    ],
    sidebar: { "/api/": apiSidebar(), "/": sidebar },
    outline: [2, 3],
    search: { provider: "local" },
    docFooter: { prev: false, next: false },
  },
});

function section(text: string, names: readonly string[]): DefaultTheme.SidebarItem {
  return { text, items: names.map((name) => ({ text: titleOf(name), link: `/${name}` })) };
}

function folder(text: string, name: string): DefaultTheme.SidebarItem {
  const names = readdirSync(resolve(pages, name))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${name}/${file.replace(/\.md$/, "")}`)
    .sort();
  return { ...section(text, names), collapsed: true };
}

/** A page is called in the list what its own heading says; that of the README is the name of the whole site. */
function titleOf(name: string): string {
  if (name === "readme") return "The first minute";
  return /^# (.+)$/m.exec(readFileSync(resolve(pages, `${name}.md`), "utf8"))?.[1] ?? name;
}

/** Written beside the API pages, by `scripts/api-reference.ts`. */
function apiSidebar(): DefaultTheme.SidebarItem[] {
  const file = resolve(pages, "api/lists.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DefaultTheme.SidebarItem[]) : [];
}

function refuseUnlisted(): void {
  const listed = new Set(sidebar.flatMap(({ items = [] }) => items.map(({ link }) => link)));
  const missing = readdirSync(pages, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.startsWith("api/") && file !== "index.md")
    .map((file) => `/${file.replace(/\.md$/, "")}`)
    .filter((link) => !listed.has(link));
  if (missing.length > 0)
    throw new Error(`No list of docs/.vitepress/config.ts names ${missing.join(", ")}.`);
}
