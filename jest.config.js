"use strict";

const shared = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "test/tsconfig.json" }] },
  moduleNameMapper: {
    "^pulumi-merchant-credentials$": "<rootDir>/provider/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/.cache/", "/dist/"],
};

/** `unit` needs nothing but Node; `e2e` runs the real Pulumi engine. */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/"],
    },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
  ],
};
