import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { projectRoot } from "../../sandbox/engine/project-root";

/** The packages of the workspace, by the name under which users install them. */
const sources = {
  "pulumi-merchant-credentials": path.join(projectRoot, "provider"),
  "merchant-credentials-loader": path.join(projectRoot, "loader"),
} as const;

type PackageName = keyof typeof sources;

interface Manifest {
  exports: Record<string, string>;
  bin?: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A folder with a node_modules, and packages of ours in it as a user gets them. */
export class PublishedPackages {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "published-")));
  readonly modules = path.join(this.folder, "node_modules");
  private readonly files = new Map<string, readonly string[]>();

  /** Packs a package and unpacks it into the node_modules. */
  install(name: PackageName): void {
    const pack = ["pack", "--json", "--offline", "--ignore-scripts", "--pack-destination", this.folder];
    const packed = execFileSync("npm", pack, {
      cwd: sources[name],
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    const target = this.placeOf(name);
    fs.mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", path.join(this.folder, filename), "-C", target, "--strip-components=1"]);
    this.files.set(
      name,
      files.map((file) => file.path),
    );
  }

  /** Puts a dependency beside them, as it is in the workspace. */
  link(name: string): void {
    fs.mkdirSync(path.dirname(path.join(this.modules, name)), { recursive: true });
    fs.symlinkSync(path.join(projectRoot, "node_modules", name), path.join(this.modules, name));
  }

  /** Every package of others that the workspace has; of those with a scope, these scopes. */
  linkAll(except: (name: string) => boolean): void {
    for (const name of fs.readdirSync(path.join(projectRoot, "node_modules")))
      if (!name.startsWith(".") && !Object.hasOwn(sources, name) && !except(name)) this.link(name);
  }

  placeOf(name: PackageName): string {
    return path.join(this.modules, name);
  }

  /** The files in the tarball. */
  filesOf(name: PackageName): readonly string[] {
    return this.files.get(name)!;
  }

  manifestOf(name: PackageName): Manifest {
    return JSON.parse(fs.readFileSync(path.join(this.placeOf(name), "package.json"), "utf8")) as Manifest;
  }

  /** What was compiled from no source of today, or is no program at all. */
  strangersIn(name: PackageName): string[] {
    return this.filesOf(name)
      .filter((file) => file.startsWith("dist/"))
      .filter((file) => {
        const source = /^dist\/(.*?)\.(d\.ts|js|js\.map)$/.exec(file)?.[1];
        return source === undefined || !fs.existsSync(path.join(sources[name], `${source}.ts`));
      });
  }

  /** The packages that its files load or name in their types, but for itself. */
  namedBy(name: PackageName): string[] {
    const named = this.filesOf(name)
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => {
        const text = fs.readFileSync(path.join(this.placeOf(name), file), "utf8");
        // `from "${…}"` is a sentence for people.
        return [...text.matchAll(/(?:require\(|from )"([^".$][^"]*)"/g)].map(([, module]) => module!);
      })
      .filter((module) => !module.startsWith("node:") && !module.startsWith(name))
      .map((module) => module.split("/", module.startsWith("@") ? 2 : 1).join("/"));
    return [...new Set(named)];
  }

  /** What a script prints in the folder. */
  node(script: string): string {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], {
      cwd: this.folder,
      encoding: "utf8",
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout;
  }

  /** The packages that come into memory with one. */
  loadedBy(entry: string): string[] {
    const script = `
require("${entry}");
const packageOf = (file) => /.*[/]node_modules[/](@[^/]+[/][^/]+|[^/]+)/.exec(file)?.[1];
process.stdout.write(JSON.stringify([...new Set(Object.keys(require.cache).map(packageOf))]));
process.exit(0);`;
    return JSON.parse(this.node(script)) as string[];
  }

  /** What the compiler, as strict as it can be, says of programs. */
  typeCheck(programs: Readonly<Record<string, string>>, ...options: string[]): string {
    for (const [file, text] of Object.entries(programs)) fs.writeFileSync(path.join(this.folder, file), text);
    const tsc = path.join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    const strict = ["--strict", "--noEmit", "--target", "es2022", "--types", "node", "--skipLibCheck"];
    const { stdout } = spawnSync(process.execPath, [tsc, ...strict, ...options, ...Object.keys(programs)], {
      cwd: this.folder,
      encoding: "utf8",
    });
    return stdout;
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
