import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantCertificateKind } from "../../provider/resources/merchant-certificate-kind";
import type { Ports } from "../../provider/resources/ports";
import type { Json, JsonObject, Outcome } from "../../provider/resources/resource-handlers";

interface State {
  id: string;
  inputs: JsonObject;
  outputs: JsonObject;
  /** The engine's own mark: the next run updates whatever diff says. A successful read clears it. */
  failed: boolean;
}

/** How a nightly run ends for one resource. */
export interface Night {
  /** Check has refused the program: nothing was done. */
  refused: boolean;
  /** Why the run is red; empty where it is green. */
  reasons: readonly string[];
}

const config = { region: "us-east-1" };
const { signal } = new AbortController();

/**
 * The engine's side of one resource, run after run, as it was measured: check sees the old inputs and diff the old
 * outputs; an update that fails leaves the old inputs with the new outputs; a refresh takes both from read.
 */
export class NightlyEngine {
  private state: State | undefined;

  constructor(private readonly ports: Ports) {}

  /** What the last run has put out. */
  get outputs(): JsonObject {
    return this.state?.outputs ?? {};
  }

  /** `pulumi up`, with `--refresh` where wanted, in a process of its own. */
  async night(program: JsonObject, refresh: boolean): Promise<Night> {
    const handlers = credentialHandlers(merchantCertificateKind, this.ports);
    if (refresh && this.state) {
      const { id, outputs } = this.state;
      const found = await handlers.read({ id, outputs, config, signal });
      this.state = found && {
        id: found.id,
        inputs: withoutUndefined(found.inputs),
        outputs: withoutUndefined(found.outputs),
        failed: false,
      };
    }
    const { state } = this;
    const checked = handlers.check({ olds: state?.inputs ?? {}, news: program, config });
    if (checked.failures.length > 0)
      return { refused: true, reasons: checked.failures.map(({ reason }) => reason) };
    const inputs = withoutUndefined(checked.inputs);
    if (!state) return this.save(await handlers.create({ inputs, config, signal }), inputs, inputs);
    const { id, outputs, failed } = state;
    if (!failed && !handlers.diff({ olds: outputs, news: inputs })) {
      state.inputs = inputs;
      return { refused: false, reasons: [] };
    }
    const outcome = await handlers.update({ id, outputs, inputs, config, signal });
    return this.save(outcome, inputs, state.inputs);
  }

  private save({ id, outputs, unmet }: Outcome, inputs: JsonObject, olds: JsonObject): Night {
    const failed = unmet.length > 0;
    this.state = { id, inputs: failed ? olds : inputs, outputs: withoutUndefined(outputs), failed };
    return { refused: false, reasons: unmet };
  }
}

/** As the adapter hands it over. */
function withoutUndefined(properties: JsonObject): JsonObject {
  const defined: Record<string, Json> = {};
  for (const name in properties) if (properties[name] !== undefined) defined[name] = properties[name];
  return defined;
}
