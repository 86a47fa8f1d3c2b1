"use strict";
const fs = require("node:fs");
const ts = require("typescript");

/** Runs main.ts as it is: `tsc -b` has checked the types, so they only need to be taken off. */
const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
require.extensions[".ts"] = (module, file) => {
  const { outputText } = ts.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: options });
  module._compile(outputText, file);
};
require("./main.ts");
