import { narrator } from "../narrator";
import { BusyMerchant } from "./busy-merchant";
import { problems, table } from "./result";
import { rotateUnderLoad } from "./story";

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const started = Date.now();
const tell = narrator((text) => process.stdout.write(text), colour);
const line = (text: string): void => void process.stdout.write(`   ${text}\n`);

async function main(): Promise<number> {
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
    const found = problems(result);
    found.forEach((problem) => process.stderr.write(`   ${problem}\n`));
    if (found.length > 0) process.stderr.write(`\nThe server said:\n${result.serverOutput}`);
    else line(`\n   Nothing. Done in ${Math.round((Date.now() - started) / 1000)} s. Next: examples/app`);
    return found.length > 0 ? 1 : 0;
  } finally {
    await merchant.close();
  }
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
