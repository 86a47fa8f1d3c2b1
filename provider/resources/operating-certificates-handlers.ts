import { isDeepStrictEqual } from "node:util";
import { defaultOperatingCertificateThresholds } from "../domain/operating-certificates";
import { operatingCertificatesState } from "../domain/operating-certificates-state";
import { operatingCertificateFailures, operatingCertificateLines } from "./operating-certificates-check";
import { operatingCertificatesInputNames, operatingCertificatesSchema } from "./operating-certificates-shape";
import { givenInputs, parsedInputs, storedInputs } from "./parsed-inputs";
import { providerFailures } from "./provider-config";
import type { JsonObject, Outcome, ResourceHandlers } from "./resource-handlers";
import { shapeFailures } from "./shape";

/**
 * The handlers of OperatingCertificates. The platform cannot be asked and nothing of it is stored, so there is no vault:
 * what is known is what the program says, and the clock.
 */
export function operatingCertificatesHandlers({ now }: { now: () => Date }): ResourceHandlers {
  const settle = (raw: JsonObject): Outcome => {
    const inputs = parsedInputs(operatingCertificatesSchema, raw);
    const state = operatingCertificatesState(inputs, now());
    return {
      id: `operating-certificates/${inputs.merchantId}`,
      outputs: { ...state, ...raw },
      unmet: state.unmet,
    };
  };

  return {
    check({ olds, news, config }) {
      const inputs: JsonObject = {
        ...defaultOperatingCertificateThresholds,
        onExpiry: config.onExpiry ?? "fail",
        ...givenInputs(news),
        // Always written anew; what is kept by `ignoreChanges` comes here too.
        lifecycle: undefined,
        validUntil: undefined,
      };
      const misshapen = [...providerFailures(config), ...shapeFailures(operatingCertificatesSchema, inputs)];
      if (misshapen.length > 0) return { inputs, failures: misshapen };
      const failures = operatingCertificateFailures(inputs, olds);
      if (failures.length > 0) return { inputs, failures };
      return { inputs: { ...inputs, ...operatingCertificateLines(inputs, now()) }, failures };
    },

    /** What the clock alone changes shows in `lifecycle`, which check has written anew. */
    diff: ({ olds, news }) =>
      (Array.isArray(olds.unmet) && olds.unmet.length > 0) ||
      operatingCertificatesInputNames.some((name) => !isDeepStrictEqual(olds[name], news[name])),

    create: ({ inputs }) => Promise.resolve().then(() => settle(inputs)),

    update: ({ inputs }) => Promise.resolve().then(() => settle(inputs)),

    /** There is nothing to ask. What is unmet stays: a refresh clears the engine's own mark, and the run must stay red. */
    read({ id, outputs }) {
      return Promise.resolve({
        id,
        outputs,
        inputs: storedInputs(operatingCertificatesInputNames, outputs),
      });
    },

    delete: () => Promise.resolve(),
  };
}
