import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";

process.env.AWS_ACCESS_KEY_ID ??= "test";
process.env.AWS_SECRET_ACCESS_KEY ??= "test";

it("tells AWS, and so CloudTrail, why a command looks at a secret", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers["user-agent"]);
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
    response.end('{"__type":"ResourceNotFoundException"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = {
    region: "us-east-1",
    endpoint,
    userAgent: "merchant-credentials/reveal/set on the platform",
  };
  try {
    await secretsManagerVault(connection).describe("x");
  } finally {
    server.closeAllConnections();
    server.close();
  }
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatch(/^aws-sdk-js\/.* merchant-credentials\/reveal[/#-]set-on-the-platform$/);
});
