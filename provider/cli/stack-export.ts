import { jsonObject } from "../domain/json-object";
import { MerchantCredentialsError } from "../errors";

type Properties = Readonly<Record<string, unknown>>;

/** A credential of this package as a stack's state has it. Texts are as they stand there: see `printable`. */
export interface ExportedCredential {
  urn: string;
  /** The class of the program, such as `MerchantCertificate`. */
  className: string;
  inputs: Properties;
  outputs: Properties;
}

const typePrefix = "pulumi-nodejs:dynamic/merchantCredentials:";

/**
 * The credentials in what `pulumi stack export` writes, or in a state file of a backend without a service. What a
 * program only looks up by `.get`, and what waits to be deleted, is not among them.
 *
 * @throws MerchantCredentialsError which never quotes the text: it may hold somebody's secrets.
 */
export function exportedCredentials(bytes: Uint8Array): ExportedCredential[] {
  return resourcesOf(jsonText(bytes)).flatMap((resource) => {
    const { type, urn, custom, external, delete: isDoomed } = resource;
    if (typeof type !== "string" || !type.startsWith(typePrefix)) return [];
    if (custom !== true || external === true || isDoomed === true) return [];
    return {
      urn: typeof urn === "string" ? urn : "",
      className: type.slice(typePrefix.length),
      inputs: asObject(resource.inputs) ?? {},
      outputs: asObject(resource.outputs) ?? {},
    };
  });
}

function jsonText(bytes: Uint8Array): string {
  if (bytes.length === 0)
    throw notAnExport("nothing at all", "Check the command that writes it: it may have failed");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw notAnExport("compressed bytes", "Unpack it: gunzip -c FILE | merchant-credentials status --file -");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Not text, or not UTF-8.
  }
  throw notAnExport("bytes that are not UTF-8 text", "Let Pulumi write it: pulumi stack export --file FILE");
}

function resourcesOf(text: string): Properties[] {
  const document = jsonObject(text);
  if (!document) throw notAnExport("text that is not a JSON object");
  const { version, deployment, checkpoint } = document;
  const state = asObject(deployment) ?? asObject(asObject(checkpoint)?.latest);
  const isNew = asObject(checkpoint) !== undefined && !asObject(checkpoint)?.latest;
  if (typeof version !== "number" || !(state || isNew)) throw notAnExport("JSON of another form");
  if (version < 3)
    throw notAnExport(`one of version ${version}`, "Import and export it with a Pulumi of today");
  const resources = state?.resources ?? [];
  if (!Array.isArray(resources)) throw notAnExport("JSON of another form");
  return resources.map(asObject).filter((resource) => resource !== undefined);
}

function asObject(value: unknown): Properties | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Properties) : undefined;
}

function notAnExport(actual: string, hint?: string): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", "this is not the state of a stack", {
    expected: "what `pulumi stack export` writes, or a state file",
    actual,
    ...(hint && { hint }),
  });
}
