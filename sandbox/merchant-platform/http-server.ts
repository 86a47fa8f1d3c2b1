import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, ApiRequest } from "./api/exchange";
import type { Outcome } from "./api/service";

const mostBytes = 1024 * 1024;

/** Listens on the loopback address only: secrets are typed here. */
export async function listen(
  port: number,
  now: () => Date,
  answer: (request: ApiRequest) => Promise<Outcome>,
): Promise<{ server: Server; endpoint: string }> {
  const server = createServer((request, response) => {
    outcomeOf(request, now, answer)
      .then((outcome) => {
        if (outcome === "drop") response.destroy();
        else if (outcome !== "hang") send(response, outcome, now());
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

async function outcomeOf(
  request: IncomingMessage,
  now: () => Date,
  answer: (request: ApiRequest) => Promise<Outcome>,
): Promise<Outcome> {
  const body = await bodyOf(request).catch(() => undefined);
  // The client went away in the middle of its request, or sent more than anyone has to say.
  if (body === undefined) return "drop";
  const { method = "", url: target = "/", headers } = request;
  const [path = "", query = ""] = target.split(/\?(.*)/s, 2);
  return answer({ method, target, path, query: new URLSearchParams(query), headers, body, at: now() });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw new Error("too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: Answer, at: Date): void {
  response.writeHead(status, {
    Date: at.toUTCString(),
    ...headers,
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}
