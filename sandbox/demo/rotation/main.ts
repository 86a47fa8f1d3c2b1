import { narrator } from "../narrator";
import { insteadOfDemo } from "./arguments";
import { BusyMerchant } from "./busy-merchant";
import { problems, table } from "./result";
import { rotateUnderLoad } from "./story";

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const started = Date.now();
const tell = narrator((text) => process.stdout.write(text), colour);
const line = (text: string): void => void process.stdout.write(`${`   ${text}`.trimEnd()}\n`);

async function main(): Promise<number> {
  const instead = insteadOfDemo(process.argv.slice(2));
  if (instead) {
    (instead.exitCode === 0 ? process.stdout : process.stderr).write(instead.text);
    return instead.exitCode;
  }
  const merchant = await BusyMerchant.open({ tell, stdio: "inherit", colour });
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      merchant.engine.dispose();
      process.exit(130);
    });
  try {
    const result = await rotateUnderLoad(merchant, { everyMs: 200, pauseMs: 3_000 });
    tell.chapter("What the application has noticed");
    table(result).forEach(line);
    line("");
    const found = problems(result);
    found.forEach((problem) => process.stderr.write(`   ${problem}\n`));
    if (found.length > 0) process.stderr.write(`\nThe server said:\n${complaints(result.serverOutput)}\n`);
    else
      line(`Nothing. Done in ${Math.round((Date.now() - started) / 1000)} s. Next: examples/app/README.md`);
    return found.length > 0 ? 1 : 0;
  } finally {
    await merchant.close();
  }
}

/** Each line once, without those about payments. */
function complaints(output: string): string {
  const lines = output.split("\n").filter((text) => !text.startsWith("paid: "));
  return [...new Set(lines)].slice(-20).join("\n");
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
