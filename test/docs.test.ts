import fs from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "..");
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");

/** Every page, by its path from the root of the repository. */
const pages = [
  ...[
    "README.md",
    "provider/README.md",
    "loader/README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
  ],
  ...fs
    .readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join("docs", file)),
];

interface Snippet {
  page: string;
  language: string;
  code: string;
  /** The nearest heading above. */
  heading: string;
}

function snippetsOf(page: string): Snippet[] {
  const text = read(page);
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
    page,
    language: language!,
    code: code!,
    heading: [...text.slice(0, index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? "",
  }));
}

const snippets = pages.flatMap(snippetsOf);
const inLanguage = (...languages: string[]): [string, Snippet][] =>
  snippets
    .filter(({ language }) => languages.includes(language))
    .map((snippet) => [`${snippet.page}, ${snippet.heading}`, snippet]);

interface Policy {
  Version: string;
  Statement: { Effect: string; Action: string | string[]; Resource: string }[];
}

function policyUnder(heading: string): Policy {
  const found = snippetsOf("docs/iam.md").filter((snippet) => snippet.heading === heading);
  expect(found).toHaveLength(1);
  return JSON.parse(found[0]!.code) as Policy;
}

const actionsOf = ({ Statement }: Policy): string[] => Statement.flatMap(({ Action }) => Action).sort();

/** What the one file that talks to AWS imports, as IAM actions of a service. */
function operationsOf(sdkPackage: string): string[] {
  const source = read("provider/vault/secrets-manager.ts");
  const imported = new RegExp(`import \\{([^}]*)\\} from "${sdkPackage}"`).exec(source)?.[1] ?? "";
  return [...imported.matchAll(/\b([A-Z]\w*)Command\b/g)].map(([, operation]) => operation!).sort();
}

describe("docs/iam.md", () => {
  const forUp = policyUnder("The role for `pulumi up` and `pulumi destroy`");

  it("allows `up` exactly what the provider can send to Secrets Manager", () => {
    const wanted = operationsOf("@aws-sdk/client-secrets-manager").map((name) => `secretsmanager:${name}`);
    expect(wanted.length).toBeGreaterThan(0);
    expect(actionsOf(forUp).filter((action) => !action.startsWith("kms:"))).toEqual(wanted);
  });

  it("knows every operation sent to STS, which needs no permission", () => {
    expect(operationsOf("@aws-sdk/client-sts")).toEqual(["GetCallerIdentity"]);
    expect(read("docs/iam.md")).toContain("`sts:GetCallerIdentity` (no permission required)");
  });

  it("explains each action of `up` in the table", () => {
    const table = read("docs/iam.md");
    for (const action of actionsOf(forUp)) {
      const name = action.startsWith("kms:") ? action : action.split(":")[1]!;
      expect(table).toMatch(new RegExp(`^\\|.*\`${name}\`.*\\|`, "m"));
    }
  });

  it("allows previews and refreshes to describe a secret, and nothing else", () => {
    const policy = policyUnder("The role for `pulumi preview` and `pulumi refresh`");
    expect(actionsOf(policy)).toEqual(["secretsmanager:DescribeSecret"]);
  });

  it("names resources, never all of them", () => {
    const resources = snippetsOf("docs/iam.md")
      .filter(({ language }) => language === "json")
      .flatMap(({ code }) => (JSON.parse(code) as Policy).Statement.map(({ Resource }) => Resource));
    for (const resource of resources)
      expect(resource).toMatch(/^arn:aws:(kms|secretsmanager):[\w-]+:\d{12}:/);
  });
});

describe("snippets", () => {
  it.each(inLanguage("json"))("parse as JSON: %s", (_, { code }) => {
    expect(() => JSON.parse(code) as unknown).not.toThrow();
  });

  it.each(inLanguage("ts", "js"))("parse as a program: %s", (_, { code, language }) => {
    const { diagnostics } = ts.transpileModule(code, {
      fileName: `snippet.${language}`,
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  });

  it("show the quickstart in README.md as it is", () => {
    const program = snippetsOf("README.md").find(({ heading }) => heading === "The smallest program");
    expect(program?.code).toBe(read("examples/quickstart/index.ts"));
  });
});

describe("links", () => {
  it.each(pages)("lead somewhere: %s", (page) => {
    const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
    const targets = [
      ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
      ...[...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)].map(([, target]) => target!),
    ];
    const broken = targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target));
    expect(broken).toEqual([]);
  });

  it.each(["loader/README.md", "provider/README.md"])("of %s stay within what npm shows", (page) => {
    expect(read(page)).not.toMatch(/\]\((?!https:)/);
  });
});

function leadsSomewhere(page: string, target: string): boolean {
  const [file, anchor] = target.split("#") as [string, string | undefined];
  const found = file === "" ? page : path.join(path.dirname(page), file);
  if (!fs.existsSync(path.join(root, found))) return false;
  return anchor === undefined || anchorsOf(found).includes(anchor);
}

/** As GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
