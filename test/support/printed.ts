import type { RunOptions } from "../../sandbox/engine/engine";
import { filesBelow, findCanaries, keyCanaries } from "./canaries";
import { privateKeys, type Stage } from "./stage";

/** What the runs of a stage print, to be looked through for the private keys that were around. */
export class Printed {
  private readonly outputs: string[] = [];

  constructor(private readonly stage: Stage) {}

  up(options?: RunOptions, ...args: string[]): Promise<string> {
    return this.noted(this.stage.up(args, options));
  }

  /** With `--diff`; asks the vault nothing, whatever it shows. */
  async preview(options?: RunOptions): Promise<string> {
    const output = await this.noted(this.stage.preview([], options));
    expect(this.stage.calls()).toEqual([]);
    return output;
  }

  /** An `up` that ends red; the others go through. */
  red(...args: string[]): Promise<string> {
    return this.up({ expectFailure: true }, "--continue-on-error", ...args);
  }

  private async noted(run: Promise<{ output: string }>): Promise<string> {
    const { output } = await run;
    this.outputs.push(output);
    return output;
  }

  /** No private key of the vault is in what was printed, in a file of the engine or in the vault's journal. */
  expectNoKeys(...merchantIds: string[]): void {
    const { stage } = this;
    const keys = merchantIds.flatMap((id) => privateKeys(stage.secret(id)));
    expect(keys.length).toBeGreaterThanOrEqual(merchantIds.length);
    const canaries = keys.flatMap((key, index) => keyCanaries(`key ${index + 1}`, key));
    const places: [string, Buffer][] = [
      ...this.outputs.map((text): [string, Buffer] => ["output", Buffer.from(text)]),
      ["journal", Buffer.from(JSON.stringify(stage.aws.journal.entries()))],
      ...filesBelow(stage.engine.scratch).map(({ path, bytes }): [string, Buffer] => [path, bytes]),
    ];
    expect(places.length).toBeGreaterThan(10);
    const found = places.flatMap(([place, bytes]) =>
      findCanaries(bytes, canaries).map((name) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
  }
}
