import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { execute } from "../../provider/cli/child-process";
import { readFile } from "../../provider/cli/bounded-read";
import { disk } from "../../provider/cli/disk";
import { run } from "../../provider/cli/run";
import type { Signal } from "../../provider/cli/signals";
import type { Leaving, Question, Scene, World } from "../../provider/cli/world";
import { readSecretFile } from "../../provider/resources/secret-file";
import type { Connection } from "../../provider/vault/connection";
import type { Vault } from "../../provider/vault/vault";
import { Clock } from "../support/merchant";

/** What a command leaves behind. */
export interface Transcript {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** A world without a process: its streams are texts, its person presses Enter, its clock stands. */
export class StagedWorld implements World {
  version = "1.2.3";
  clock = new Clock();
  environment: Record<string, string | undefined> = { TERM: "xterm" };
  input = Buffer.alloc(0);
  isTerminal: { stdin: boolean; stdout: boolean; stderr?: boolean } = { stdin: true, stdout: true };
  leaving: Leaving = "enter";
  /** What the person answers, in order; or what comes instead. */
  answers: readonly string[] | Signal = [];
  /** What the person was asked. */
  readonly asked: string[] = [];
  currentFolder = ".";
  /** Every connection that a command has asked for. */
  readonly connections: Connection[] = [];
  /** What was shown, for how long. */
  readonly shownFor: number[] = [];
  execute: World["execute"] = (program, args, limit) => execute(program, args, limit, this.environment);
  readFile = readFile;
  readSecretFile = readSecretFile;
  disk = disk(new EventEmitter());
  randomBytes = (count: number): Buffer => randomBytes(count);
  makeVault: (connection: Connection) => Vault = () => {
    throw new Error("no vault was staged");
  };

  private out = "";
  private err = "";

  folder = (): string => this.currentFolder;
  now = (): Date => this.clock.now();
  sleep = (): Promise<void> => Promise.resolve();
  get stdin(): World["stdin"] {
    return { isTerminal: this.isTerminal.stdin, read: () => Promise.resolve(this.input) };
  }
  get stdout(): World["stdout"] {
    return { isTerminal: this.isTerminal.stdout, write: (text) => void (this.out += text) };
  }
  get stderr(): World["stderr"] {
    return { isTerminal: this.isTerminal.stderr ?? true, write: (text) => void (this.err += text) };
  }
  hold = ({ show, hide }: Scene, milliseconds: number): Promise<Leaving> => {
    this.shownFor.push(milliseconds);
    show();
    hide();
    return Promise.resolve(this.leaving);
  };
  ask = (questions: readonly Question[]): Promise<Buffer[] | Signal> => {
    this.asked.push(...questions.map(({ prompt }) => prompt));
    const { answers } = this;
    if (typeof answers === "string") return Promise.resolve(answers);
    return Promise.resolve().then(() =>
      questions.map(({ check }, index) => {
        const answer = Buffer.from(answers[index]!);
        check?.(answer);
        return answer;
      }),
    );
  };
  vault = (connection: Connection): Vault => {
    this.connections.push(connection);
    return this.makeVault(connection);
  };

  async run(...argv: string[]): Promise<Transcript> {
    this.out = this.err = "";
    const exitCode = await run(argv, this);
    return { stdout: this.out, stderr: this.err, exitCode };
  }
}
