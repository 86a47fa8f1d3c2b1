import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedCallback {
  headers: Headers;
  body: string;
}

export interface Receiver {
  /** Where callbacks are taken. */
  url: string;
  /** The next one that comes, or that has come and nobody looked at. */
  next(): Promise<ReceivedCallback>;
  /** Status and body of the answers from now on; Default: 204 and none. */
  answerWith(status: number, body?: string): void;
  close(): Promise<void>;
}

/** An application that takes callbacks, and shows them to the test. */
export async function openReceiver(): Promise<Receiver> {
  const arrived: ReceivedCallback[] = [];
  let waiting: ((callback: ReceivedCallback) => void) | undefined;
  let answer = { status: 204, body: "" };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = new Headers(request.headers as Record<string, string>);
      if (waiting) waiting({ headers, body });
      else arrived.push({ headers, body });
      waiting = undefined;
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    next: () => {
      const first = arrived.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => (waiting = resolve));
    },
    answerWith: (status, body = "") => (answer = { status, body }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
