/** The HTML answers of the web server before WAPI, and of proxies before that. */

/** A request as a listener passes it on. */
export interface GridRequest {
  readonly method: string;
  /** Path and query as they arrived, still percent-encoded. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Address of the caller, for the session cookie. */
  readonly address: string;
  /** Whether its connection has carried a request before. */
  readonly reused?: boolean;
}

export interface GridAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const html = "text/html; charset=iso-8859-1";

/** Adds the headers that forbid caching, which a grid sends with every answer. */
export function uncached(answer: GridAnswer): GridAnswer {
  return {
    ...answer,
    headers: { "Cache-Control": "no-cache, no-store", Pragma: "no-cache", ...answer.headers },
  };
}

/** No credentials, or wrong ones. */
export function unauthorizedPage(): GridAnswer {
  const text = `This server could not verify that you
are authorized to access the document
requested.  Either you supplied the wrong
credentials (e.g., bad password), or your
browser doesn't understand how to supply
the credentials required.`;
  const headers = { "WWW-Authenticate": 'Basic realm="InfoBlox ONE Platform"' };
  return page(401, "401 Authorization Required", text, headers);
}

/** A user without the right to use the API, or an address after too many wrong passwords. */
export function forbiddenPage(path: string): GridAnswer {
  const text = `You don't have permission to access ${path}\non this server.`;
  return page(403, "403 Forbidden", text);
}

/** A grid master candidate without the API redirects browsers to the master, with status 200. */
export function candidatePage(master: string): GridAnswer {
  const head = `<meta http-equiv="refresh" content="0; url=${escapeHtml(master)}">`;
  return { status: 200, headers: { "Content-Type": html }, body: document("Redirect", head, "") };
}

/** A path or method that the web server before WAPI does not know. */
export function strayPage(status: 404 | 405, path: string): GridAnswer {
  const [title, text] =
    status === 404
      ? ["404 Not Found", `The requested URL ${path} was not found on this server.`]
      : ["405 Method Not Allowed", `The requested method is not allowed for the URL ${path}.`];
  return page(status, title, text);
}

/** The pages of a service that is overloaded, restarting or unreachable behind its proxy. */
export function failurePage(status: number, retryAfter?: number): GridAnswer {
  const [title, text] = failures[status] ?? ["Error", "The server failed."];
  const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return page(status, `${status} ${title}`, text, headers);
}

const failures: Readonly<Record<number, readonly [title: string, text: string]>> = {
  408: ["Request Timeout", "The proxy waited too long for the request."],
  429: ["Too Many Requests", "Too many requests from your address."],
  500: ["Internal Server Error", "The server met an internal error."],
  502: ["Bad Gateway", "The proxy got an invalid answer from the server behind it."],
  503: ["Service Temporarily Unavailable", "The server is temporarily unavailable. Please try again later."],
  504: ["Gateway Timeout", "The proxy got no answer from the server behind it in time."],
};

/**
 * Guess long-url-page (analogy; cannot): the web server before WAPI answers like most web servers to a URL that is too
 * long.
 */
export function urlTooLongPage(): GridAnswer {
  return page(
    414,
    "Request-URI Too Long",
    "The requested URL's length exceeds the capacity limit for this server.",
  );
}

/** The answer to bytes that are not HTTP. */
export function unreadablePage(): GridAnswer {
  return page(400, "400 Bad Request", "The server could not understand this request.");
}

/** A page instead of an answer, as captive portals and misconfigured proxies send it. */
export function strangersPage(): GridAnswer {
  return page(200, "Welcome", "Please log in to the network.");
}

function page(
  status: number,
  title: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): GridAnswer {
  // Apache's headings leave out the status that its titles begin with.
  const heading = title.replace(`${status} `, "");
  const body = document(title, "", `<h1>${escapeHtml(heading)}</h1>\n<p>${escapeHtml(text)}</p>`);
  return { status, headers: { "Content-Type": html, ...headers }, body };
}

function document(title: string, head: string, body: string): string {
  return `<!DOCTYPE HTML>\n<html><head>\n<title>${escapeHtml(title)}</title>${head}\n</head><body>\n${body}\n</body></html>\n`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
