import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Outcome } from "./service";
import type { WireAnswer, WireRequest } from "./wire";

export interface Routes {
  /** POST /, the API of AWS. */
  service(request: WireRequest): Promise<Outcome>;
  /** Everything under /sandbox/. */
  control(method: string, path: string, text: string): WireAnswer;
}

/** Listens on the loopback address only: the answers hold secret values. */
export async function listen(port: number, routes: Routes): Promise<{ server: Server; endpoint: string }> {
  const server = createServer((request, response) => {
    outcomeOf(request, routes)
      .then((outcome) => {
        if (outcome === "drop") response.destroy();
        else if (outcome !== "hang") send(response, outcome);
      })
      .catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
  });
  // Never: on a busy machine a request would meet a connection that is just being closed, and fail without a cause.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return { server, endpoint: `http://127.0.0.1:${chosen}` };
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function outcomeOf(request: IncomingMessage, routes: Routes): Promise<Outcome> {
  const { method = "", headers } = request;
  const path = (request.url ?? "/").split("?")[0]!;
  const body = await text(request).catch(() => undefined);
  // The client went away in the middle of its request.
  if (body === undefined) return "drop";
  if (path.startsWith("/sandbox/")) return routes.control(method, path, body);
  if (path !== "/" || method !== "POST") {
    return { status: 404, headers: { "content-type": "text/plain" }, text: "Not found\n" };
  }
  const target = headers["x-amz-target"];
  return routes.service({
    target: Array.isArray(target) ? target[0] : target,
    authorization: headers.authorization,
    contentType: headers["content-type"],
    text: body,
  });
}

function send(response: ServerResponse, answer: WireAnswer): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": Buffer.byteLength(answer.text),
  });
  response.end(answer.text);
}
