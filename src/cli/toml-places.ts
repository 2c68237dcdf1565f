/** Where in a TOML file a thing stands: its parser keeps no places. */

import { parse } from "smol-toml";

/** A table, an array or a value, and the line that it begins in. */
interface Node {
  readonly line: number;
  readonly children: Map<string | number, Node>;
  /** Made by `[[name]]`: such names mean the last of its elements. */
  readonly isArrayOfTables: boolean;
}

/**
 * The line of the thing at a path, or of what it would stand in.
 *
 * @param source - a file that the parser has taken: what is wrong with it isn't looked for
 * @param path - e.g. `["subnets", 1, "prefixLength"]`
 */
export function lineInToml(source: string, path: readonly (string | number)[]): number {
  let node = new Scanner(source).document();
  for (const part of path) {
    const child = node.children.get(part) ?? node.children.get(String(part));
    if (child === undefined) break;
    node = child;
  }
  return node.line;
}

class Scanner {
  readonly #source: string;
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  document(): Node {
    const root = this.#node();
    let table = root;
    for (this.#skip(); this.#at < this.#source.length; this.#skip()) {
      if (this.#takes("[[")) {
        table = this.#arrayTable(root);
        this.#takes("]]");
      } else if (this.#takes("[")) {
        table = this.#key().reduce((node, part) => this.#inside(node, part), root);
        this.#takes("]");
      } else {
        this.#pair(table);
      }
    }
    return root;
  }

  /** `[[a.b]]`: one more element of b. */
  #arrayTable(root: Node): Node {
    const line = this.#line;
    const path = this.#key();
    const last = path.pop() ?? "";
    const parent = path.reduce((node, part) => this.#inside(node, part), root);
    const array = parent.children.get(last) ?? this.#node({ line, isArrayOfTables: true });
    parent.children.set(last, array);
    const element = this.#node({ line });
    array.children.set(array.children.size, element);
    return element;
  }

  /** What a name leads to from here; made where it isn't there. */
  #inside(node: Node, part: string): Node {
    const child = node.children.get(part) ?? this.#node();
    node.children.set(part, child);
    return child.isArrayOfTables ? (child.children.get(child.children.size - 1) ?? child) : child;
  }

  /** `a.b = value` */
  #pair(table: Node): void {
    const line = this.#line;
    const path = this.#key();
    const last = path.pop() ?? "";
    const parent = path.reduce((node, part) => this.#inside(node, part), table);
    this.#takes("=");
    this.#blanks();
    parent.children.set(last, this.#value(line));
  }

  /** @param line - a value stands where its name does */
  #value(line = this.#line): Node {
    const node = this.#node({ line });
    if (this.#takes("[")) {
      for (this.#skip(); !this.#takes("]"); this.#next())
        node.children.set(node.children.size, this.#value());
    } else if (this.#takes("{")) {
      for (this.#skip(); !this.#takes("}"); this.#next()) this.#pair(node);
    } else if (this.#string() === undefined) {
      this.#match(/[^,\]}#\n]*/y);
    }
    return node;
  }

  /** The names of a dotted key. */
  #key(): string[] {
    const parts: string[] = [];
    do {
      this.#blanks();
      parts.push(nameIn(this.#string() ?? this.#match(/[\w-]*/y)));
      this.#blanks();
    } while (this.#takes("."));
    return parts;
  }

  /** A text in quotes of any kind, with them. */
  #string(): string | undefined {
    for (const pattern of strings) {
      const text = this.#match(pattern);
      if (text !== "") return text;
    }
    return undefined;
  }

  /** Past the comma in a list, where there is one. */
  #next(): void {
    this.#skip();
    this.#takes(",");
    this.#skip();
  }

  #blanks(): void {
    this.#match(/[ \t]*/y);
  }

  /** Past blanks, ends of lines, and comments. */
  #skip(): void {
    this.#match(/(?:\s|#[^\n]*)*/y);
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [text = ""] = pattern.exec(this.#source) ?? [];
    this.#at += text.length;
    this.#line += text.split("\n").length - 1;
    return text;
  }

  #node({ line = this.#line, isArrayOfTables = false }: Partial<Node> = {}): Node {
    return { line, children: new Map(), isArrayOfTables };
  }
}

/** The long ones first, whose quotes look like an empty short one. */
const strings = [
  /"""(?:[^\\]|\\[\s\S])*?"""(?:""?(?!"))?/y,
  /'''[\s\S]*?'''(?:''?(?!'))?/y,
  /"(?:[^"\\\n]|\\.)*"/y,
  /'[^'\n]*'/y,
];

/** `"a\\tb"` as a key is written → what it means. */
function nameIn(key: string): string {
  return Object.keys(parse(`${key} = 0`))[0] ?? key;
}
