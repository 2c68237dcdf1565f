/**
 * The listener without a socket: nock answers requests to a grid's address inside the process. nock is an optional peer
 * of this package.
 */

import type { OutgoingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import type { ReplyBody, ReplyFnResult } from "nock";
import type { Delivery, Traffic } from "../controls/traffic.js";
import type { GridRequest } from "../protocol/pages.js";

type Nock = typeof import("nock");

const methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/**
 * Answers all requests to `origin` (`https://grid.example.com`) until the returned function is called.
 *
 * @throws Error if nock is not installed
 */
export function intercept(origin: string, traffic: Traffic): () => void {
  const nock = loadNock();
  if (!nock.isActive()) nock.activate();
  const scope = nock(origin).persist();
  // nock parses bodies with a JSON content type, and crashes the process if they are not JSON. The grid needs the text.
  scope.on("request", (request: { readonly headers: Record<string, unknown> }) => {
    delete request.headers["content-type"];
  });
  let reused = false;
  const interceptors = methods.map((method) => {
    const interceptor = scope.intercept(() => true, method);
    interceptor.reply(function (uri, body, answer) {
      const request = { ...gridRequest(method, uri, this.req.getHeaders(), String(body)), reused };
      reused = true;
      void traffic.exchange(request).then((delivery) => reply(delivery, answer));
    });
    return interceptor;
  });
  return () => {
    for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
  };
}

/**
 * Loads nock with `require`, since `FakeGrid.intercept` is synchronous. nock is CommonJS, so this is the instance that
 * the user's tests use.
 */
function loadNock(): Nock {
  // In the package's CommonJS form there is no `import.meta`.
  const here = typeof __filename === "string" ? __filename : import.meta.url;
  try {
    return createRequire(here)("nock") as Nock;
  } catch (error) {
    throw new Error("FakeGrid.intercept needs nock: npm install --save-dev nock@14", { cause: error });
  }
}

function gridRequest(method: string, url: string, headers: OutgoingHttpHeaders, text: string): GridRequest {
  // nock writes a binary body as hexadecimal.
  const isHex = Number(headers["content-length"]) * 2 === text.length;
  return {
    method,
    url,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: Buffer.from(text, isHex ? "hex" : "utf8"),
    address: "127.0.0.1",
  };
}

function reply(
  delivery: Delivery,
  answer: (error: NodeJS.ErrnoException | null, result: ReplyFnResult) => void,
): void {
  switch (delivery.kind) {
    case "answer": {
      const { status, headers, body } = delivery.answer;
      answer(null, [status, body as ReplyBody, headers]);
      return;
    }
    case "truncated": {
      const { status, headers, body } = delivery.answer;
      answer(null, [status, breakingOff(Buffer.from(body).subarray(0, delivery.bytes)), headers]);
      return;
    }
    case "refuse":
      answer(connectionError("ECONNREFUSED", "connect ECONNREFUSED"), [0]);
      return;
    case "reset":
      answer(connectionError("ECONNRESET", "socket hang up"), [0]);
      return;
    case "hang":
    case "half-open":
      // No answer: the caller's own time limit ends it.
      return;
  }
}

function connectionError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

/** A stream of the bytes that ends with the error of a broken connection. */
function breakingOff(bytes: Buffer): Readable {
  return Readable.from(
    (function* () {
      yield bytes;
      throw connectionError("ECONNRESET", "aborted");
    })(),
  );
}
