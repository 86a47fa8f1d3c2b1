"use strict";

// The AWS SDK would say in every test file that Node 20 is near its end.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const shared = {
  testEnvironment: "<rootDir>/test/support/environment.js",
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "test/tsconfig.json" }] },
  moduleNameMapper: {
    "^pulumi-merchant-credentials$": "<rootDir>/provider/index.ts",
    "^merchant-credentials-loader$": "<rootDir>/loader/index.ts",
    "^merchant-credentials-loader/(format|wechatpay)$": "<rootDir>/loader/$1/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/.cache/", "/dist/"],
};

/**
 * `unit` needs nothing but Node; `faults` searches crashes and races; `simulation` lives through years of nightly
 * runs; `e2e` runs the real Pulumi engine.
 */
module.exports = {
  maxWorkers: "100%",
  // Making RSA keys takes its time on a busy machine; no test waits for a clock.
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      setupFiles: ["<rootDir>/test/support/sandbox-keys.ts"],
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/(e2e|faults|simulation)/"],
    },
    { ...shared, displayName: "faults", testMatch: ["<rootDir>/test/faults/**/*.test.ts"] },
    { ...shared, displayName: "simulation", testMatch: ["<rootDir>/test/simulation/**/*.test.ts"] },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
  ],
};
