import { narrator } from "./narrator";
import { tellStory } from "./story";

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const started = Date.now();
const tell = narrator((text) => process.stdout.write(text), colour);

tellStory(tell, colour).then(
  () =>
    process.stdout.write(
      `\nDone in ${Math.round((Date.now() - started) / 1000)} s. Next: README.md, then examples/quickstart/index.ts\n`,
    ),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
