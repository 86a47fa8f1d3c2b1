import fs from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import consumers from "node:stream/consumers";
import ts from "typescript";
import * as loader from "merchant-credentials-loader";

const guide = fs.readFileSync(path.join(__dirname, "../../docs/loader.md"), "utf8");
const snippet = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].find(([, code]) =>
  code!.includes("createServer("),
)![1]!;

type Shop = Pick<loader.MerchantCredentials, "readNotification">;

/** Runs the guide's server for callbacks with another shop, on a free port. */
async function serve(shop: Shop): Promise<http.Server> {
  const { outputText } = ts.transpileModule(snippet.replace(".listen(8080)", ".listen(0)"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  let server!: http.Server;
  const modules: Record<string, object> = {
    "node:http": {
      createServer: (listener: http.RequestListener) => (server = http.createServer(listener)),
    },
    "node:stream/consumers": consumers,
    "merchant-credentials-loader": { ...loader, loadMerchant: () => Promise.resolve(shop) },
  };
  const program = `return (async (require, exports) => { ${outputText} })(require, {})`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the guide's own words
  const run = new Function("require", program) as (require: (name: string) => unknown) => Promise<void>;
  await run((name) => modules[name]);
  return server;
}

describe("the guide's server for callbacks", () => {
  let shop: { readNotification: jest.Mock };
  let server: http.Server;
  let port: number;
  beforeEach(async () => {
    jest.spyOn(console, "error").mockImplementation(() => undefined);
    jest.spyOn(console, "log").mockImplementation(() => undefined);
    shop = { readNotification: jest.fn() };
    server = await serve(shop as Shop);
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    jest.restoreAllMocks();
    server.close();
    server.closeAllConnections();
  });

  it.each([
    [401, "that WeChat Pay has not signed", new loader.CredentialError("signature", "Not signed.")],
    [503, "that no secret decrypts", new loader.CredentialError("decryption", "No secret fits.")],
    [500, "that meets an error of another kind", new TypeError("It is no function.")],
  ])("answers %i to one %s, and says why", async (status, _what, error) => {
    shop.readNotification.mockRejectedValue(error);
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(status);
    expect(console.error).toHaveBeenCalledWith(error.message);
  });

  it("lives on when an upload is broken off", async () => {
    const told = new Promise((resolve) => jest.mocked(console.error).mockImplementation(resolve));
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.write("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n{", () => socket.destroy());
    });
    expect(await told).toBe("aborted");
    shop.readNotification.mockResolvedValue({ event_type: "TRANSACTION.SUCCESS", resource: {} });
    expect((await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" })).status).toBe(200);
  });
});
