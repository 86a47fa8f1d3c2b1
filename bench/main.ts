import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { cacheFolder } from "../sandbox/engine/project-root";
import { measureImports, measureSize, type SizeResult } from "./measurements";
import { help, parseOptions, type Options } from "./options";
import { isMet, table, verdictsOfImports, verdictsOfSize } from "./verdicts";

async function bench({ sizes, repetitions }: Options): Promise<void> {
  const machine = {
    node: process.version,
    cores: os.availableParallelism(),
    cpu: os.cpus()[0]?.model ?? "unknown",
    loadBefore: os.loadavg()[0]!,
  };
  const { node, cores, cpu, loadBefore } = machine;
  console.log(`Node ${node}, ${cores} cores, ${cpu}, load ${loadBefore.toFixed(2)}`);
  if (loadBefore > cores / 2)
    console.log("The machine is busy with something else: read the times with care.");

  const started = new Date().toISOString();
  const imports = await measureImports(7);
  const results: SizeResult[] = [];
  for (const size of sizes) {
    const rounds = repetitions ?? (size < 50 ? 5 : 3);
    console.log(`${size} certificates, ${rounds} times …`);
    results.push(await measureSize(size, rounds));
  }
  const verdicts = [...results.flatMap(verdictsOfSize), ...verdictsOfImports(imports)];
  console.log(`\n${table(verdicts)}`);

  const file = path.join(cacheFolder, "bench.json");
  const judged = verdicts.map((verdict) => ({ ...verdict, met: isMet(verdict) }));
  const content = { started, machine, imports, results, verdicts: judged };
  fs.writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`\nWritten to ${path.relative(process.cwd(), file)}.`);
}

async function main(args: readonly string[]): Promise<number> {
  let options: Options | "help";
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\nTry --help.`);
    return 2;
  }
  if (options === "help") console.log(help);
  else await bench(options);
  return 0;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
