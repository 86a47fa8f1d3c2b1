import { importTime, keyGenerationTime } from "./fresh-process";
import { median } from "./median";
import { commands, MeasuredStack, type Command } from "./stacks";
import { startVaultProcess, type Calls, type VaultProcess } from "./vault-process";

/** Medians of one command, for N certificates and for N dynamic resources that do nothing. */
export interface CommandResult {
  readonly milliseconds: number;
  readonly floor: number;
  /** AWS calls per certificate. */
  readonly calls: Calls;
}

export interface SizeResult {
  readonly size: number;
  readonly repetitions: number;
  readonly keyGeneration: number;
  readonly commands: Readonly<Record<Command, CommandResult>>;
  readonly stateBytes: { readonly certificate: number; readonly floor: number };
}

/** Milliseconds, by module. */
export type Imports = Readonly<Record<string, number>>;

export const modules = {
  package: "pulumi-merchant-credentials",
  handlers: "pulumi-merchant-credentials/handlers",
  sdk: "@pulumi/pulumi",
} as const;

export async function measureImports(repetitions: number): Promise<Imports> {
  const times = new Map<string, number[]>();
  for (let i = 0; i < repetitions; i++) {
    for (const module of Object.values(modules)) {
      times.set(module, [...(times.get(module) ?? []), await importTime(module)]);
    }
  }
  return Object.fromEntries([...times].map(([module, values]) => [module, median(values)]));
}

/** Certificates and floor take turns, so that what else the machine does meets both. */
export async function measureSize(size: number, repetitions: number): Promise<SizeResult> {
  const vault = await startVaultProcess();
  const rounds: Round[] = [];
  try {
    for (let i = 0; i < repetitions; i++) rounds.push(await measureRound(size, vault, i % 2 === 1));
  } finally {
    await vault.stop();
  }
  const middle = (value: (round: Round) => number): number => median(rounds.map(value));
  const ofCommand = (command: Command): CommandResult => ({
    milliseconds: middle(({ certificates }) => certificates[command].milliseconds),
    floor: middle(({ floor }) => floor[command].milliseconds),
    calls: {
      reads: middle(({ certificates }) => certificates[command].calls.reads) / size,
      writes: middle(({ certificates }) => certificates[command].calls.writes) / size,
    },
  });
  return {
    size,
    repetitions,
    keyGeneration: middle(({ keyGeneration }) => keyGeneration),
    commands: Object.fromEntries(
      commands.map((command) => [command, ofCommand(command)]),
    ) as SizeResult["commands"],
    stateBytes: {
      certificate: Math.round(middle(({ stateBytes }) => stateBytes.certificates)),
      floor: Math.round(middle(({ stateBytes }) => stateBytes.floor)),
    },
  };
}

type Runs = Record<Command, Awaited<ReturnType<MeasuredStack["run"]>>>;

interface Round {
  readonly certificates: Runs;
  readonly floor: Runs;
  readonly keyGeneration: number;
  readonly stateBytes: Record<MeasuredStack["kind"], number>;
}

async function measureRound(size: number, vault: VaultProcess, certificatesFirst: boolean): Promise<Round> {
  const floor = await MeasuredStack.open("floor", size, vault);
  const certificates = await MeasuredStack.open("certificates", size, vault);
  const order = certificatesFirst ? [certificates, floor] : [floor, certificates];
  try {
    const runs = { certificates: {} as Runs, floor: {} as Runs };
    for (const command of commands) {
      for (const stack of order) runs[stack.kind][command] = await stack.run(command);
      if (command === "create") await certificates.activate();
    }
    return {
      ...runs,
      keyGeneration: await keyGenerationTime(size),
      stateBytes: { certificates: await certificates.stateBytes(), floor: await floor.stateBytes() },
    };
  } finally {
    for (const stack of order) stack.close();
  }
}
