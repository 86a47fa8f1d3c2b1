import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

interface Source {
  /** Relative to the project, e.g. `provider/domain/pem.ts`. */
  file: string;
  text: string;
}

/** One `import`, `export … from`, `import(…)` or `require(…)`; those that the compiler erases count too. */
interface Import {
  /** A package, or the file that a relative path leads to, without its ending. */
  from: string;
  /** The names taken out of it; `*` for all. */
  names: string[];
  typeOnly: boolean;
}

const parsed = new WeakMap<Source, ts.SourceFile>();

/** Once for each source, because every rule looks at all of them. */
function parse(source: Source): ts.SourceFile {
  const { file, text } = source;
  const tree = parsed.get(source) ?? ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  parsed.set(source, tree);
  return tree;
}

function everyNode(source: Source, look: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    look(node);
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
}

function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, names: string[], typeOnly: boolean): void => {
    const text = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : "(computed)";
    const from = text.startsWith(".") ? path.posix.join(path.posix.dirname(source.file), text) : text;
    found.push({ from, names, typeOnly });
  };
  everyNode(source, (node) => {
    if (ts.isImportDeclaration(node)) {
      const { importClause: clause } = node;
      const bindings = clause?.namedBindings;
      const named = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
      const values = named.filter(({ isTypeOnly }) => !isTypeOnly);
      const whole = clause?.name !== undefined || (bindings !== undefined && ts.isNamespaceImport(bindings));
      const erased = named.length > 0 && values.length === 0 && !whole;
      const names = values.map(({ name, propertyName }) => (propertyName ?? name).text);
      add(node.moduleSpecifier, whole ? ["*", ...names] : names, clause?.isTypeOnly === true || erased);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node.moduleSpecifier, ["*"], node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, ["*"], true);
    } else if (ts.isExternalModuleReference(node)) {
      add(node.expression, ["*"], false);
    } else if (ts.isCallExpression(node)) {
      const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
      if (isRequire || node.expression.kind === ts.SyntaxKind.ImportKeyword)
        add(node.arguments[0], ["*"], false);
    }
  });
  return found;
}

const effects = {
  globals:
    /^(process|fetch|setTimeout|setInterval|setImmediate|console|globalThis|global|performance|crypto|eval)$/,
  members: /^(Date\.now|Math\.random|.*\.(generateKey\w*|random(Bytes|UUID|Int|FillSync)?|getRandomValues))$/,
};

/** The present time, randomness and the process, wherever a file reaches for them. */
function effectsOf(source: Source): string[] {
  const found: string[] = [];
  everyNode(source, (node) => {
    if (ts.isPropertyAccessExpression(node) && effects.members.test(node.getText()))
      found.push(node.getText());
    const isDate =
      (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === "Date";
    if (isDate && (ts.isCallExpression(node) || !node.arguments?.length)) found.push("Date()");
    if (ts.isIdentifier(node) && effects.globals.test(node.text) && isReference(node)) found.push(node.text);
  });
  return found;
}

/** Whether an identifier stands for a variable, and not for a member, a declared name or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return (parent as { name?: ts.Node }).name !== node && !ts.isTypeReferenceNode(parent);
}

/** Node's own modules that reach out of the process: all but these. */
const pureNodeModules = ["node:crypto", "node:util", "node:assert"];
/** What the provider and applications have in common, and what is no package of its own. */
const pureRoomsOfTheLoader = ["loader/format", "loader/wechatpay"];
const isPackage = (from: string) =>
  !/^(provider|sandbox|test|policy|loader|examples|bench|tools)\//.test(from);
const within =
  (...rooms: string[]) =>
  (from: string) =>
    rooms.some((room) => from === room || from.startsWith(`${room}/`));

/** A class that users instantiate as a resource; Providers and abstract bases are not. */
function declaresResource(source: Source): boolean {
  let found = false;
  everyNode(source, (node) => {
    if (!ts.isClassDeclaration(node) || !node.heritageClauses) return;
    const isAbstract = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword);
    const parent = node.heritageClauses.map((clause) => clause.getText()).join(" ");
    if (!isAbstract && /\b(Custom|Component|Dynamic|Credential|ApiSecret)Resource\b/.test(parent))
      found = true;
  });
  return found;
}

/** What is loaded at run time from a file, over all steps. */
function reachedFrom(start: string, sources: readonly Source[]): Set<string> {
  const reached = new Set<string>();
  const queue = [start];
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    if (reached.has(from)) continue;
    reached.add(from);
    const source = sources.find(({ file }) => file === `${from}.ts` || file === `${from}/index.ts`);
    if (!source) continue;
    for (const { from: next, typeOnly } of importsOf(source)) if (!typeOnly) queue.push(next);
  }
  return reached;
}

interface Rule {
  says: string;
  applies: (file: string) => boolean;
  /** What breaks the rule in a file. */
  broken: (source: Source, sources: readonly Source[]) => string[];
}

const onlyFrom = (allowed: (from: string) => boolean) => (source: Source) =>
  importsOf(source)
    .map(({ from }) => from)
    .filter((from) => !allowed(from));
const never = (forbidden: RegExp) => onlyFrom((from) => !forbidden.test(from));
const under = (folder: string) => (file: string) => file.startsWith(`${folder}/`);

/** DESIGN, section 2. */
const rules: Rule[] = [
  {
    says: "domain imports only itself, errors and what is pure",
    applies: under("provider/domain"),
    broken: onlyFrom(
      (from) =>
        within("provider/domain", "provider/errors")(from) ||
        [...pureNodeModules, "node-forge", "fflate", "fastest-levenshtein", "valibot"].includes(from) ||
        pureRoomsOfTheLoader.map((room) => `merchant-credentials-${room}`).includes(from),
    ),
  },
  {
    says: "domain uses node:crypto for hashing, reading, signing and encrypting only",
    applies: under("provider/domain"),
    broken: (source) =>
      importsOf(source)
        .filter(({ from, typeOnly }) => from === "node:crypto" && !typeOnly)
        .flatMap(({ names }) => names)
        .filter(
          (name) =>
            !/^(createHash|createHmac|create(Private|Public)Key|sign|verify|X509Certificate|timingSafeEqual|KeyObject|createCipheriv|pbkdf2Sync)$/.test(
              name,
            ),
        ),
  },
  {
    says: "domain knows neither the present time, nor randomness, nor the process",
    applies: under("provider/domain"),
    broken: effectsOf,
  },
  {
    says: "the loader's pure rooms import nothing but node:crypto and each other",
    applies: (file) => pureRoomsOfTheLoader.some((room) => under(room)(file)),
    broken: onlyFrom((from) => within(...pureRoomsOfTheLoader)(from) || from === "node:crypto"),
  },
  {
    says: "the loader's pure rooms know neither the present time, nor randomness, nor the process",
    applies: (file) => pureRoomsOfTheLoader.some((room) => under(room)(file)),
    broken: effectsOf,
  },
  {
    says: "the loader knows nothing of Pulumi, nor of the provider",
    applies: under("loader"),
    broken: onlyFrom((from) => (isPackage(from) ? !/^(@pulumi|pulumi-)/.test(from) : within("loader")(from))),
  },
  {
    says: "verification knows nothing of resources, of the vault and of Pulumi",
    applies: under("provider/verification"),
    broken: onlyFrom((from) =>
      isPackage(from)
        ? !/^@(pulumi|aws-sdk|smithy)\//.test(from)
        : within("provider/verification", "provider/domain", "provider/errors")(from),
    ),
  },
  {
    says: "vault, but for secrets-manager, imports neither the SDK nor Pulumi",
    applies: (file) => under("provider/vault")(file) && !file.startsWith("provider/vault/secrets-manager"),
    broken: never(/^(@aws-sdk|@smithy|@pulumi)\//),
  },
  {
    says: "vault knows nothing of resources",
    applies: under("provider/vault"),
    broken: onlyFrom(
      (from) => isPackage(from) || within("provider/vault", "provider/domain", "provider/errors")(from),
    ),
  },
  {
    says: "only vault/secrets-manager.ts imports the AWS SDK",
    applies: (file) => under("provider")(file) && file !== "provider/vault/secrets-manager.ts",
    broken: never(/^@(aws-sdk|smithy)\//),
  },
  {
    says: "a resource does not import another resource's class",
    applies: under("provider/resources"),
    broken: (source, sources) =>
      declaresResource(source)
        ? importsOf(source)
            .map(({ from }) => from)
            .filter((from) => sources.some((other) => other.file === `${from}.ts` && declaresResource(other)))
        : [],
  },
  {
    says: "resources know nothing of components, nor of the command line",
    applies: under("provider/resources"),
    broken: onlyFrom(
      (from) =>
        isPackage(from) ||
        within(
          "provider/resources",
          "provider/vault",
          "provider/verification",
          "provider/domain",
          "provider/errors",
        )(from),
    ),
  },
  {
    says: "components only put resources together",
    applies: under("provider/components"),
    broken: onlyFrom(
      within("@pulumi/pulumi", "provider/components", "provider/resources", "provider/errors"),
    ),
  },
  {
    says: "what users import loads neither the AWS SDK nor @pulumi/aws nor the command line",
    applies: (file) => file === "provider/index.ts",
    broken: (source, sources) =>
      [...reachedFrom(source.file.replace(/\.ts$/, ""), sources)].filter(
        (from) =>
          /^(@aws-sdk|@smithy|@pulumi\/aws|commander)(\/|$)/.test(from) || under("provider/cli")(from),
      ),
  },
  {
    says: "the adapter to the engine knows no business rule",
    applies: (file) => file === "provider/resources/dynamic.ts",
    broken: onlyFrom(within("provider/errors", "provider/resources/resource-handlers")),
  },
  {
    says: "the handlers never load the Pulumi SDK",
    applies: (file) => file === "provider/resources/handlers.ts",
    broken: (source, sources) =>
      [...reachedFrom(source.file.replace(/\.ts$/, ""), sources)].filter((from) => /^@pulumi\//.test(from)),
  },
  {
    says: "nothing but provider/aws imports @pulumi/aws",
    applies: (file) => !under("provider/aws")(file),
    broken: never(/^@pulumi\/aws(\/|$)/),
  },
  {
    says: "the provider never imports the sandbox or tests",
    applies: under("provider"),
    broken: never(/^(sandbox|test|merchant-credentials-sandbox)(\/|$)/),
  },
  {
    says: "the command line tool does not import the Pulumi SDK",
    applies: under("provider/cli"),
    broken: never(/^@pulumi\//),
  },
  {
    says: "the command line tool knows neither components nor the classes of resources",
    applies: under("provider/cli"),
    broken: (source, sources) =>
      importsOf(source)
        .map(({ from }) => from)
        .filter((from) => sources.some((other) => other.file === `${from}.ts` && declaresResource(other))),
  },
  {
    says: "the command line tool never loads the Pulumi SDK",
    applies: (file) => file === "provider/cli/main.ts",
    broken: (source, sources) =>
      [...reachedFrom(source.file.replace(/\.ts$/, ""), sources)].filter((from) => /^@pulumi\//.test(from)),
  },
  {
    says: "no module is loaded by a computed name",
    applies: under("provider"),
    broken: never(/^\(computed\)$/),
  },
  {
    says: "a file has at most 250 lines",
    applies: (file) => ["provider", "loader", "sandbox"].some((room) => under(room)(file)),
    broken: ({ text }) => {
      const lines = text.trimEnd().split("\n").length;
      return lines > 250 ? [`${lines} lines`] : [];
    },
  },
];

/** What breaks a rule, each as `file: what`. */
function violations(rule: Rule, sources: readonly Source[]): string[] {
  return sources
    .filter(({ file }) => rule.applies(file))
    .flatMap((source) => rule.broken(source, sources).map((what) => `${source.file}: ${what}`));
}

const root = path.join(__dirname, "..");
const skipped = new Set(["node_modules", "dist", ".git", ".cache", "coverage"]);

/** Every file and folder of the project's own, relative to it. */
function listing(folder = ""): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? [name, ...listing(name)] : [name];
  });
}

const project = listing();
const sources: Source[] = project
  .filter(
    (file) => /^(provider|sandbox|examples|policy|loader)\/.*\.ts$/.test(file) && !file.endsWith(".d.ts"),
  )
  .map((file) => ({ file, text: fs.readFileSync(path.join(root, file), "utf8") }));

describe("the design's rules", () => {
  it.each(rules.map((rule) => [rule.says, rule] as const))("%s", (_says, rule) => {
    expect(violations(rule, sources)).toEqual([]);
  });

  it("no file or folder is called utils, helpers, common or misc", () => {
    expect(project.filter(isVague)).toEqual([]);
  });

  it("are about files that exist", () => {
    const files = sources.map(({ file }) => file);
    const core = [
      "domain/pem",
      "vault/vault",
      "vault/secrets-manager",
      "resources/dynamic",
      "resources/handlers",
      "components/merchant",
      "cli/main",
      "aws/index",
    ];
    for (const file of core) expect(files).toContain(`provider/${file}.ts`);
    expect(sources.filter(declaresResource).map(({ file }) => path.basename(file, ".ts"))).toEqual(
      expect.arrayContaining([
        "merchant-certificate",
        "api-secret",
        "api-v3-secret",
        "operating-certificates",
        "merchant",
      ]),
    );
    expect(reachedFrom("provider/cli/main", sources).size).toBeGreaterThan(20);
    expect(reachedFrom("provider/resources/handlers", sources).size).toBeGreaterThan(20);
    expect(reachedFrom("provider/index", sources)).toContain("@pulumi/pulumi");
  });
});

function isVague(file: string): boolean {
  return /(^|\/)(utils?|helpers?|common|misc)(\.[^/]*)?$/i.test(file);
}

describe("the checker itself finds, in made-up sources,", () => {
  const resource = "export class Other extends pulumi.CustomResource {}";
  const broken: [string, string, string, string][] = [
    ["a file read in domain", "provider/domain/x.ts", 'import fs from "node:fs";', "domain imports only"],
    [
      "a file read without the prefix",
      "provider/domain/x.ts",
      'import { readFileSync } from "fs";',
      "domain imports only",
    ],
    [
      "a network call in domain",
      "provider/domain/x.ts",
      'const http = require("http");',
      "domain imports only",
    ],
    [
      "a child process loaded late",
      "provider/domain/x.ts",
      'const run = () => import("node:child_process");',
      "domain imports only",
    ],
    [
      "Pulumi's types in domain",
      "provider/domain/x.ts",
      'import type { Output } from "@pulumi/pulumi";',
      "domain imports only",
    ],
    [
      "an inline type of Pulumi",
      "provider/domain/x.ts",
      'let o: import("@pulumi/pulumi").Output<string>;',
      "domain imports only",
    ],
    [
      "the vault in domain",
      "provider/domain/x.ts",
      'import { VaultError } from "../vault/vault";',
      "domain imports only",
    ],
    [
      "a resource exported from domain",
      "provider/domain/x.ts",
      'export * from "../resources/shape";',
      "domain imports only",
    ],
    ["an old-style import", "provider/domain/x.ts", 'import net = require("net");', "domain imports only"],
    [
      "random bytes",
      "provider/domain/x.ts",
      'import { createHash, randomBytes } from "node:crypto";',
      "domain uses node:crypto",
    ],
    [
      "a key generator under another name",
      "provider/domain/x.ts",
      'import { generateKeyPairSync as g } from "node:crypto";',
      "domain uses node:crypto",
    ],
    [
      "all of node:crypto",
      "provider/domain/x.ts",
      'import * as c from "node:crypto";',
      "domain uses node:crypto",
    ],
    [
      "all of node:crypto, loaded late",
      "provider/domain/x.ts",
      'require("node:crypto").randomBytes(8);',
      "domain uses node:crypto",
    ],
    ["the present time", "provider/domain/x.ts", "const now = new Date();", "domain knows neither"],
    [
      "the present time without brackets",
      "provider/domain/x.ts",
      "const now = new Date;",
      "domain knows neither",
    ],
    [
      "the present time as a number",
      "provider/domain/x.ts",
      "const now = Date.now();",
      "domain knows neither",
    ],
    ["the clock handed on", "provider/domain/x.ts", "const clock = Date.now;", "domain knows neither"],
    ["randomness", "provider/domain/x.ts", "const die = Math.random() * 6;", "domain knows neither"],
    ["a key made by forge", "provider/domain/x.ts", "pki.rsa.generateKeyPair(2048);", "domain knows neither"],
    [
      "the environment",
      "provider/domain/x.ts",
      "const region = process.env.AWS_REGION;",
      "domain knows neither",
    ],
    ["a global fetch", "provider/domain/x.ts", 'void fetch("https://example.com");', "domain knows neither"],
    ["output to the console", "provider/domain/x.ts", "console.log(1);", "domain knows neither"],
    [
      "a file read in the value format",
      "loader/format/x.ts",
      'import fs from "node:fs";',
      "the loader's pure rooms import",
    ],
    [
      "the present time in a signature",
      "loader/wechatpay/x.ts",
      "const now = Date.now();",
      "the loader's pure rooms know",
    ],
    [
      "the provider in the loader",
      "loader/x.ts",
      'import { failure } from "../provider/resources/shape";',
      "the loader knows nothing",
    ],
    [
      "Pulumi in the loader",
      "loader/x.ts",
      'import type { Output } from "@pulumi/pulumi";',
      "the loader knows nothing",
    ],
    [
      "the vault in a probe",
      "provider/verification/x.ts",
      'import { VaultError } from "../vault/vault";',
      "verification knows nothing",
    ],
    [
      "the SDK in the port",
      "provider/vault/vault.ts",
      'import type { Tag } from "@aws-sdk/client-secrets-manager";',
      "vault, but for secrets-manager",
    ],
    [
      "Pulumi in the vault",
      "provider/vault/reconcile.ts",
      'import * as pulumi from "@pulumi/pulumi";',
      "vault, but for secrets-manager",
    ],
    [
      "a resource in the vault",
      "provider/vault/claim.ts",
      'import { failure } from "../resources/shape";',
      "vault knows nothing",
    ],
    [
      "the SDK in a resource",
      "provider/resources/x.ts",
      'import { STSClient } from "@aws-sdk/client-sts";',
      "only vault/secrets-manager.ts",
    ],
    [
      "the SDK beside secrets-manager.ts",
      "provider/vault/secrets-manager-errors.ts",
      'import "@aws-sdk/client-sts";',
      "only vault/secrets-manager.ts",
    ],
    [
      "a resource in a resource",
      "provider/resources/x.ts",
      `import { Other } from "./other"; export class X extends CredentialResource {}`,
      "a resource does not import",
    ],
    [
      "a rule in the adapter",
      "provider/resources/dynamic.ts",
      'import { stageOf } from "../domain/lifecycle";',
      "the adapter",
    ],
    [
      "Pulumi behind the handlers",
      "provider/resources/handlers.ts",
      'import { a } from "./between";',
      "the handlers never",
    ],
    [
      "@pulumi/aws",
      "provider/resources/x.ts",
      'import * as aws from "@pulumi/aws";',
      "nothing but provider/aws",
    ],
    [
      "a part of @pulumi/aws in an example",
      "examples/x/index.ts",
      'import { Key } from "@pulumi/aws/kms";',
      "nothing but provider/aws",
    ],
    [
      "the sandbox in the provider",
      "provider/resources/x.ts",
      'import { start } from "../../sandbox/secrets-manager";',
      "the provider never",
    ],
    [
      "a test's builder in the provider",
      "provider/domain/x.ts",
      'import { a } from "../../test/support/certificates";',
      "the provider never",
    ],
    [
      "Pulumi in the command line tool",
      "provider/cli/x.ts",
      'import * as pulumi from "@pulumi/pulumi";',
      "the command line tool",
    ],
    [
      "a resource in the command line tool",
      "provider/cli/x.ts",
      'import { Other } from "../resources/other";',
      "the command line tool knows neither",
    ],
    [
      "a component in the command line tool, as a type only",
      "provider/cli/x.ts",
      'import type { Both } from "../components/both";',
      "the command line tool knows neither",
    ],
    [
      "Pulumi behind the command line tool",
      "provider/cli/main.ts",
      'import { a } from "../resources/between";',
      "the command line tool never",
    ],
    [
      "a component in a resource",
      "provider/resources/x.ts",
      'import { Both } from "../components/both";',
      "resources know nothing",
    ],
    [
      "the command line in a resource",
      "provider/resources/x.ts",
      'import { run } from "../cli/run";',
      "resources know nothing",
    ],
    [
      "the vault in a component",
      "provider/components/x.ts",
      'import { findSecret } from "../vault/claim";',
      "components only",
    ],
    [
      "a rule in a component",
      "provider/components/x.ts",
      'import { stageOf } from "../domain/lifecycle";',
      "components only",
    ],
    [
      "the SDK in a component",
      "provider/components/x.ts",
      'import { SecretsManager } from "@aws-sdk/client-secrets-manager";',
      "components only",
    ],
    [
      "a file read in a component",
      "provider/components/x.ts",
      'import fs from "node:fs";',
      "components only",
    ],
    ["the SDK behind what users import", "provider/index.ts", 'export * from "./far";', "what users import"],
    [
      "@pulumi/aws' room behind what users import",
      "provider/index.ts",
      'export { CredentialReader } from "./aws/reader";',
      "what users import",
    ],
    ["a computed module", "provider/resources/x.ts", "require(name);", "no module is loaded"],
    ["a long file", "provider/vault/x.ts", "//\n".repeat(251), "a file has at most"],
  ];

  it.each(broken)("%s", (_name, file, text, says) => {
    const made = [
      { file, text },
      { file: "provider/resources/other.ts", text: resource },
      {
        file: "provider/components/both.ts",
        text: "export class Both extends pulumi.ComponentResource {}",
      },
      {
        file: "provider/aws/reader.ts",
        text: 'import { Policy } from "@pulumi/aws/iam";\nexport class CredentialReader {}',
      },
      {
        file: "provider/far.ts",
        text: 'import { secretsManagerVault } from "./vault/secrets-manager";\nexport const b = 1;',
      },
      {
        file: "provider/vault/secrets-manager.ts",
        text: 'import { SecretsManager } from "@aws-sdk/client-secrets-manager";',
      },
      { file: "provider/resources/between.ts", text: 'import { b } from "./deep";\nexport const a = b;' },
      {
        file: "provider/resources/deep.ts",
        text: 'import * as pulumi from "@pulumi/pulumi";\nexport const b = 1;',
      },
    ];
    const rule = rules.find((each) => each.says.startsWith(says))!;
    expect(violations(rule, made).map((each) => each.split(": ")[0])).toEqual([file]);
  });

  it("each rule broken at least once", () => {
    const unbroken = rules.filter(({ says }) => !broken.some(([, , , start]) => says.startsWith(start)));
    expect(unbroken).toEqual([]);
  });

  it.each([
    [
      "hashing, reading, signing and encrypting",
      'import { createCipheriv, createHash, sign, X509Certificate, type KeyObject } from "node:crypto";',
    ],
    ["a type of node:crypto", 'import type { KeyObject } from "node:crypto";'],
    ["a date that it is given", "export const copy = (date: Date) => new Date(date.getTime());"],
    ["a member called process", "export const a = { process: 1 }; a.process;"],
    ["words in a comment or a text", '// new Date() and process.env\nexport const a = "Math.random()";'],
  ])("nothing wrong with domain using %s", (_name, text) => {
    const source = { file: "provider/domain/x.ts", text };
    expect(rules.flatMap((rule) => violations(rule, [source]))).toEqual([]);
  });

  it("nothing wrong with a type of Pulumi behind the handlers", () => {
    const made = [
      { file: "provider/resources/handlers.ts", text: 'import { a } from "./between";' },
      {
        file: "provider/resources/between.ts",
        text: 'import type * as pulumi from "@pulumi/pulumi";\nimport { type ID } from "@pulumi/pulumi";',
      },
    ];
    expect(rules.flatMap((rule) => violations(rule, made))).toEqual([]);
  });

  it.each(["provider/utils", "provider/utils.ts", "test/support/helper.ts", "common", "a/misc.test.ts"])(
    "a vague name: %s",
    (file) => expect(isVague(file)).toBe(true),
  );

  it.each(["provider/resources/common-arguments.ts", "docs/uncommon.md"])("no vague name: %s", (file) =>
    expect(isVague(file)).toBe(false),
  );
});
