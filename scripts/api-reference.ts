/** Writes the pages of the API reference from the docstrings, and the lists that lead to them. */

import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  Application,
  type CommentDisplayPart,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
} from "typedoc";
import { describeFields } from "./type-fields.js";

/** A list of pages for the site's sidebar. */
interface PageList {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly PageList[];
}

/** @param pages - folder of the site's pages; the reference is written to `api` in it, with `lists.json` beside it */
export async function writeApiReference(root: string, pages: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({ options: resolve(root, "typedoc.json") });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, describeFields);
  const project = await app.convert();
  if (project === undefined) throw new Error("The API reference could not be created: see above.");
  nameWhatIsThrown(project);
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error("The API reference has faults: see above.");
  await app.generateOutputs(project);
  const entries = project.children ?? [];
  const lists: PageList[] = [];
  for (const entry of entries) {
    const groups = groupsOf(entry, project);
    lists.push({
      text: entry.name,
      link: `/api/${entry.name}/`,
      items: groups.map((one) => listOf(entry, one)),
    });
    for (const group of groups.filter(hasOwnPage))
      await writeFile(resolve(pages, `.${groupPage(entry, group)}.md`), groupText(entry, group));
  }
  await writeFile(resolve(pages, "api/lists.json"), JSON.stringify(lists, null, 2));
  await writeFile(resolve(pages, "api/index.md"), firstPage(entries));
}

/** The theme shows when an error is thrown, but not which. This adds the error's name with a link to its page. */
function nameWhatIsThrown(project: ProjectReflection): void {
  const classes = project.getReflectionsByKind(ReflectionKind.Class);
  for (const { comment } of Object.values(project.reflections)) {
    for (const tag of comment?.getTags("@throws") ?? []) {
      const name = tag.typeAnnotation?.replaceAll(/[{}]/g, "").trim();
      if (!name) continue;
      const target = classes.find((candidate) => candidate.name === name);
      const shown: CommentDisplayPart =
        target === undefined
          ? { kind: "code", text: `\`${name}\`` }
          : { kind: "inline-tag", tag: "@linkcode", text: name, target };
      tag.content.unshift(shown, { kind: "text", text: " " });
    }
  }
}

interface Group {
  readonly text: string;
  readonly members: readonly DeclarationReflection[];
}

/** Groups pages by subject: 250 types in one list would hide the two main classes. */
function groupsOf(entry: DeclarationReflection, project: ProjectReflection): Group[] {
  const fileOf = (one: DeclarationReflection) => project.getSymbolIdFromReflection(one)?.packagePath ?? "";
  const groups = new Map<string, DeclarationReflection[]>(groupNames.map((name) => [name, []]));
  for (const one of entry.children ?? []) groups.get(groupOf(one, fileOf(one)))?.push(one);
  return [...groups].flatMap(([text, members]) => (members.length === 0 ? [] : { text, members }));
}

/** Each page of the reference contains the sidebar. So a long list has a page of its own, and the sidebar links to that. */
function hasOwnPage({ members }: Group): boolean {
  return members.length > 30;
}

function listOf(entry: DeclarationReflection, group: Group): PageList {
  const { text, members } = group;
  if (hasOwnPage(group)) return { text, link: groupPage(entry, group) };
  const items = members.map((one) => ({ text: one.name, link: pageOf(entry, one) }));
  return { text, collapsed: text !== "Classes", items };
}

function groupPage(entry: DeclarationReflection, { text }: Group): string {
  return `/api/${entry.name}/${text.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}

function groupText(entry: DeclarationReflection, { text, members }: Group): string {
  const links = members.map((one) => `- [\`${one.name}\`](${pageOf(entry, one)})`);
  return `# ${text}\n\n${links.join("\n")}\n`;
}

const groupNames = [
  "Classes",
  "Functions",
  "Errors",
  "IPAM: requests and results",
  "WAPI: options and results",
  "Object types and attributes",
  "Types",
] as const;

function groupOf(one: DeclarationReflection, file: string): (typeof groupNames)[number] {
  if (one.kind === ReflectionKind.Function || one.kind === ReflectionKind.Variable) return "Functions";
  if (one.kind === ReflectionKind.Class) return file === "src/errors.ts" ? "Errors" : "Classes";
  if (hasMethods(one) && !one.name.endsWith("Logger")) return "Classes";
  if (/^src\/(ipam|map)\//.test(file)) return "IPAM: requests and results";
  if (/^src\/schema\//.test(file)) return "Object types and attributes";
  return /^src\/(grid|docker|opentelemetry)\//.test(file) ? "Types" : "WAPI: options and results";
}

/** Whether it is a class that is exported as a type only, such as that of `ipam.dns`. */
function hasMethods(one: DeclarationReflection): boolean {
  return one.children?.some(({ kind }) => kind === ReflectionKind.Method) ?? false;
}

const folders = new Map([
  [ReflectionKind.Class, "classes"],
  [ReflectionKind.Function, "functions"],
  [ReflectionKind.Interface, "interfaces"],
  [ReflectionKind.TypeAlias, "type-aliases"],
  [ReflectionKind.Variable, "variables"],
]);

function pageOf(entry: DeclarationReflection, one: DeclarationReflection): string {
  return `/api/${entry.name}/${folders.get(one.kind)}/${one.name}`;
}

function firstPage(entries: readonly DeclarationReflection[]): string {
  const rows = entries.map(({ name, comment }) => {
    const text = comment?.summary.map((part) => part.text).join("") ?? "";
    return `| [\`${name}\`](/api/${name}/) | ${text.replace(/^.*?: /, "")} |`;
  });
  return `# API reference

From the docstrings, by what is imported from where. Most of it is found from two classes:
[\`Ipam\`](/api/infoblox-ipam/classes/Ipam) and [\`WapiClient\`](/api/infoblox-ipam/classes/WapiClient).

| Import from | What it has |
| --- | --- |
${rows.join("\n")}
`;
}
