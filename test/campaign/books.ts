import { request } from "node:http";
import { FakeGrid } from "infoblox-ipam/testing";

/** An object as the grid shows it. */
export interface Entry {
  readonly ref: string;
  readonly type: string;
  readonly comment: string;
  /** The CIDR, the addresses or the name that it takes. */
  readonly places: readonly string[];
  /** Of a host. */
  readonly aliases: readonly string[];
  readonly requestId: string | undefined;
  readonly token: string | undefined;
}

const fields: Readonly<Record<string, readonly string[]>> = {
  network: ["network"],
  ipv6network: ["network"],
  networkcontainer: ["network"],
  fixedaddress: ["ipv4addr"],
  ipv6fixedaddress: ["ipv6addr"],
  "record:host": ["ipv4addrs", "ipv6addrs"],
  "record:a": ["ipv4addr", "name"],
  "record:cname": ["name"],
  "record:txt": ["name"],
  range: ["start_addr"],
};

interface Row {
  readonly _ref: string;
  readonly comment?: string;
  readonly extattrs?: Readonly<Record<string, { readonly value: unknown } | undefined>>;
  readonly [field: string]: unknown;
}

/** Reads the grid's objects with Node's own HTTP client from a copy of the grid, without the library. */
export async function booksOf(grid: FakeGrid): Promise<Entry[]> {
  const copy = await FakeGrid.listen({ tls: false });
  try {
    copy.restore(grid.snapshot());
    const { username, password } = copy.clientOptions;
    const base = `${copy.url}/wapi/v2.12`;
    const read = async (type: string, own: readonly string[]): Promise<Entry[]> => {
      const more = type === "record:host" ? ["aliases"] : [];
      const query = `_return_fields=${[...own, ...more, "comment", "extattrs"].join(",")}&_max_results=100000`;
      const rows = await get(`${base}/${type}?${query}`, `${username}:${String(password)}`);
      return rows.map((row) => entryOf(type, own, row));
    };
    return (await Promise.all(Object.entries(fields).map(([type, own]) => read(type, own)))).flat();
  } finally {
    await copy.close();
  }
}

function entryOf(type: string, own: readonly string[], row: Row): Entry {
  const places = own.flatMap((field): string[] => {
    const value = row[field];
    if (!Array.isArray(value)) return value === undefined ? [] : [String(value)];
    return value.map((address) => String(address.ipv4addr ?? address.ipv6addr));
  });
  const text = (name: string) => {
    const value = row.extattrs?.[name]?.value;
    return value === undefined ? undefined : String(value);
  };
  return {
    ref: row._ref,
    type,
    comment: row.comment ?? "",
    places,
    aliases: Array.isArray(row["aliases"]) ? row["aliases"].map(String) : [],
    requestId: text("Request ID"),
    token: text("Request Attempt"),
  };
}

function get(url: string, credentials: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { auth: credentials }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Row[]);
        else reject(new Error(`${url}: ${answer.statusCode} ${text}`));
      });
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}
