import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { projectRoot } from "../../../sandbox/engine/project-root";

/** The reader in docs/loader.md and the program beside this file, compiled with the official Java SDK. */
export class JavaProgram {
  private constructor(
    private readonly folder: string,
    private readonly classPath: string,
  ) {}

  /** Downloads the SDK into the cache folder the first time. `missing`: why it cannot be had here. */
  static async compile(): Promise<JavaProgram | { readonly missing: string }> {
    const setup = path.join(projectRoot, "tools", "java-sdk.js");
    const jars = await promisify(execFile)(process.execPath, [setup]).then(
      ({ stdout }) => stdout.trim(),
      (error: Error & { stderr?: string }) => ({ missing: (error.stderr || error.message).trim() }),
    );
    if (typeof jars !== "string") return jars;

    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "java-sdk-"));
    const guide = fs.readFileSync(path.join(projectRoot, "docs", "loader.md"), "utf8");
    const [reader] = [...guide.matchAll(/^```java\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
    const sources = [path.join(folder, "MerchantSecrets.java"), path.join(__dirname, "ShopProgram.java")];
    fs.writeFileSync(sources[0]!, reader!);
    const classPath = [folder, path.join(jars, "*")].join(path.delimiter);
    await promisify(execFile)("javac", ["-Xlint:all", "-Werror", "-d", folder, "-cp", classPath, ...sources]);
    return new JavaProgram(folder, classPath);
  }

  /** What came of each task: a text, or the name of an exception. */
  async run(args: readonly string[], tasks: readonly object[]): Promise<string[]> {
    const java = spawn("java", ["-cp", this.classPath, "ShopProgram", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    java.stdin.end(JSON.stringify(tasks));
    const [printed, complaints] = await Promise.all([text(java.stdout), text(java.stderr)]);
    if (!printed.startsWith("[")) throw new Error(`The Java program failed: ${complaints.slice(0, 2000)}`);
    return JSON.parse(printed) as string[];
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
