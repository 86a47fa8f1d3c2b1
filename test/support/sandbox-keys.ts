import { rsaKey } from "./keys";

/** More than the sandbox makes in one test. */
const atHand = 8;
let made = 0;

// Runs before each test file: the Merchant Platform in its process makes no new keys, but has these in turn.
jest.mock("../../sandbox/x509/rsa-key", () => ({
  rsaKey: () => rsaKey(`sandbox ${made++ % atHand}`),
  strangersKey: () => rsaKey("stranger"),
}));
