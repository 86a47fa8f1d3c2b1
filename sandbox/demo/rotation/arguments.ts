const help = `npm run demo:rotation

Certificate, APIv3 secret and WeChat Pay's own certificate rotate under an application that takes
callbacks and places orders, in sandboxes on this machine: no AWS, no WeChat Pay.
Exit code 0: nothing failed; 1: something did; 2: there is no such argument.
`;

/** What to say and how to end in place of the demonstration; undefined where it is to run. */
export function insteadOfDemo(given: readonly string[]): { text: string; exitCode: 0 | 2 } | undefined {
  if (given.includes("--help") || given.includes("-h")) return { text: help, exitCode: 0 };
  if (given.length === 0) return undefined;
  return { text: `There is no argument ${given[0]!}: there is --help alone.\n`, exitCode: 2 };
}
