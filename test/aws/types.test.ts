import path from "node:path";
import ts from "typescript";

const program = path.join(__dirname, "..", "..", "examples", "reader", "index.ts");

// A Pulumi program without a tsconfig.json of its own gets the oldest of these.
it.each([
  ["node10", ts.ModuleResolutionKind.Node10],
  ["node16", ts.ModuleResolutionKind.Node16],
  ["bundler", ts.ModuleResolutionKind.Bundler],
])("TypeScript finds the types of the subpath: %s", (_name, moduleResolution) => {
  const { resolvedModule } = ts.resolveModuleName(
    "pulumi-merchant-credentials/aws",
    program,
    { moduleResolution },
    ts.sys,
  );
  expect(resolvedModule?.resolvedFileName).toMatch(/provider\/dist\/aws\/index\.d\.ts$/);
});
