import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import type { MerchantCredentials } from "merchant-credentials-loader";
import { takeCallback, type OnPayment } from "./callback";
import type { Orders } from "./orders";

/** A request with its body as it came: parsed and written again it would have another signature. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  body: object;
}

export interface Shop {
  credentials: MerchantCredentials;
  orders: Pick<Orders, "place" | "state">;
  onPayment: OnPayment;
}

const mostBytes = 100_000;

export function shopServer(shop: Shop): Server {
  return createServer((request, response) => {
    void answer(request, shop)
      .catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : "What was thrown is no error.");
        return { status: 500, body: { code: "FAIL", message: "This server could not do it." } };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      });
  });
}

async function answer(request: IncomingMessage, { credentials, orders, onPayment }: Shop): Promise<Answer> {
  const { method = "", url = "", headers } = request;
  const body = await bodyOf(request);
  if (!body) return { status: 413, body: { code: "FAIL", message: `More than ${mostBytes} bytes.` } };
  const [, id] = /^\/orders\/([0-9A-Za-z]{6,32})$/.exec(url) ?? [];
  switch (`${method} ${id ? "/orders/:id" : url}`) {
    case "POST /callback":
      return takeCallback({ headers, body }, credentials, onPayment);
    case "POST /orders": {
      const order = { id: randomUUID().replaceAll("-", ""), description: "A cup of tea", total: 1200 };
      return { status: 201, body: { id: order.id, codeUrl: await orders.place(order) } };
    }
    case "GET /orders/:id":
      return { status: 200, body: { id, state: await orders.state(id!) } };
    case "GET /health": {
      const { merchantId, serialNumber } = await credentials.certificate();
      return { status: 200, body: { merchantId, serialNumber } };
    }
    default:
      return { status: 404, body: { code: "NOT_FOUND", message: "There is nothing here." } };
  }
}

/** Nothing for one that is too long. It is read to its end all the same: who still sends hears no answer. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= mostBytes) chunks.push(chunk);
  }
  return length <= mostBytes ? Buffer.concat(chunks) : undefined;
}
