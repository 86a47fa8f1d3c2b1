"use strict";
const tseslint = require("typescript-eslint");

module.exports = tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", ".cache/", "coverage/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: __dirname },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/require-await": "off",
      "no-console": "error",
    },
  },
  {
    files: ["tools/**/*.js", "provider/bin/*.js", "*.js"],
    languageOptions: { sourceType: "commonjs" },
  },
  {
    files: [
      "test/**/*.ts",
      "bench/**/*.ts",
      "sandbox/**/*.ts",
      "examples/app/server/**/*.ts",
      "examples/geoswift/application/**/*.ts",
    ],
    rules: { "no-console": "off" },
  },
);
