import { vaultError } from "../../provider/vault/secrets-manager-errors";

it.each([
  [
    "CreateSecret: TimeoutError: socket hang up",
    { name: "TimeoutError", message: "socket hang up", code: "ECONNRESET" },
  ],
  [
    "CreateSecret: TimeoutError: @smithy/node-http-handler - [ERROR] a request has exceeded …",
    {
      name: "TimeoutError",
      message:
        "@smithy/node-http-handler - [ERROR] a request has exceeded the configured 20000 ms requestTimeout.",
    },
  ],
])("says in plain words that there was no answer, not %s", (_, error) => {
  const { reason, message } = vaultError("CreateSecret", error);
  expect(reason).toBe("unavailable");
  expect(message).toMatch(/^CreateSecret: no answer from the endpoint/);
});
