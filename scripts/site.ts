/**
 * `npm run site`: builds the documentation as a web site, into `.tmp/www`. Its pages are those of `docs`, the texts at
 * the top level, the examples, and the API reference from the docstrings. A broken link fails the build. `npm run site
 * -- --serve` shows the site on this machine while you edit it.
 */

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { build, createServer } from "vitepress";
import { writeApiReference } from "./api-reference.js";
import { checkLinks } from "./site-links.js";

const root = resolve(import.meta.dirname, "..");
const docs = resolve(root, "docs");
const pages = resolve(root, ".tmp/site");

/** Texts at the top level, with the names of their pages. `docs/security.md` has the name `security` already. */
const topLevel = {
  "README.md": "readme",
  "CHANGELOG.md": "changelog",
  "CONTRIBUTING.md": "contributing",
  "SECURITY.md": "security-policy",
  LICENSE: "license",
};

/** Examples that are not programs. */
const settings = /\.(toml|yaml|service)$/;

await layOut();
await writeApiReference(root, pages);
if (process.argv.includes("--serve")) {
  const server = await createServer(docs);
  await server.listen();
  server.printUrls();
} else {
  await build(docs);
  const site = resolve(root, ".tmp/www");
  console.log(`built ${relative(root, site)}; ${checkLinks(site)} links in it lead somewhere`);
}

async function layOut(): Promise<void> {
  await rm(pages, { recursive: true, force: true });
  await cp(docs, pages, { recursive: true, filter: (file) => !file.includes("/.vitepress") });
  for (const [file, page] of Object.entries(topLevel)) {
    const text = await readFile(resolve(root, file), "utf8");
    await writePage(page, file === "LICENSE" ? `# License\n\n\`\`\`text\n${text}\`\`\`\n` : text);
  }
  for (const file of await readdir(resolve(root, "examples"), { recursive: true })) {
    if (file.endsWith(".ts"))
      await writePage(`examples/${file.replace(/\.ts$/, "")}`, await examplePage(file));
    else if (settings.test(file)) await writePage(`examples/${settingsPage(file)}`, await settingsText(file));
    else if (file.endsWith(".md"))
      await writePage(
        `examples/${file.replace(/\.md$/, "")}`,
        await readFile(resolve(root, "examples", file), "utf8"),
      );
  }
  for (const page of await readdir(pages, { recursive: true })) {
    if (!page.endsWith(".md")) continue;
    const text = await readFile(resolve(pages, page), "utf8");
    await writeFile(resolve(pages, page), linksWithin(text, page));
  }
}

async function writePage(page: string, text: string): Promise<void> {
  const file = resolve(pages, `${page}.md`);
  await mkdir(resolve(file, ".."), { recursive: true });
  await writeFile(file, text);
}

/** The page of an example: its own comment and its code. */
async function examplePage(file: string): Promise<string> {
  const code = await readFile(resolve(root, "examples", file), "utf8");
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\/\n+/.exec(code);
  const paragraphs = (comment?.[1] ?? "").replaceAll(/^ \* ?/gm, "").split(/\n\n+/);
  const shown = [`# ${titleOf(file, paragraphs[0] ?? "")}`];
  for (const text of paragraphs) shown.push(text.startsWith(" ") ? asCommands(text) : text.trim());
  shown.push(`\`\`\`ts\n${code.slice(comment?.[0].length ?? 0).trim()}\n\`\`\``);
  return `${shown.join("\n\n")}\n`;
}

/** Formats indented lines as commands. */
function asCommands(text: string): string {
  return `\`\`\`sh\n${text.replaceAll(/^ +/gm, "").trim()}\n\`\`\``;
}

/** The title of an example. A recipe's title is its platform, with which its comment begins. */
function titleOf(file: string, comment: string): string {
  const platform = file.startsWith("recipes/") ? /^(?:An? )?([^:.]+): /.exec(comment)?.[1] : undefined;
  const title = platform ?? basename(file, ".ts").replaceAll("-", " ");
  return `${title[0]?.toUpperCase()}${title.slice(1)}`;
}

function settingsPage(file: string): string {
  return file.replace(settings, "-$1");
}

async function settingsText(file: string): Promise<string> {
  const text = await readFile(resolve(root, "examples", file), "utf8");
  const language = settings.exec(file)?.[1]?.replace("service", "ini");
  return `# ${basename(file)}\n\n\`\`\`${language}\n${text.trim()}\n\`\`\`\n`;
}

/** Converts links between files of the repository into links between pages. */
function linksWithin(text: string, page: string): string {
  return text.replaceAll(/\]\((?![a-z]+:|#|\/)([^)\s#]+)(#[^)\s]*)?\)/g, (_link, path: string, hash = "") => {
    const top = Object.values(topLevel).includes(page.replace(/\.md$/, ""));
    const file = relative(root, resolve(top ? root : resolve(docs, page, ".."), path));
    return `](${pageOf(file)}${hash})`;
  });
}

function pageOf(file: string): string {
  const name = topLevel[file as keyof typeof topLevel];
  if (name !== undefined) return `/${name}`;
  if (file === "examples") return "/examples/next-subnet";
  if (file === "docs/decisions") return "/decisions/atomic-create";
  return `/${settingsPage(file.replace(/^docs\//, "").replace(/\.(md|ts)$/, ""))}`;
}
