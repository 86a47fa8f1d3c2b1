import { digestOf, readRecord } from "./rotation-record";
import { labelledVersions, versionWith, type LabelledVersion } from "./secret";
import type { SecretView } from "./secret-view";
import { awsPrevious } from "./staging-labels";

/** A value that is in use already, and where it comes from. */
export interface SecretImport {
  /** Digest of the reference: it is read again only when this changes. */
  source: string;
  /** Fetches and checks the value. Secret. */
  read: () => Promise<string>;
}

/** A value that is in use elsewhere and not current here yet: one of another tool, or one that the program imports. */
export function incomingValue(
  view: SecretView,
  declared: SecretImport | undefined,
): SecretImport | undefined {
  const { foreign } = view;
  if (foreign) return { source: adoptedFrom(foreign.versionId), read: () => Promise.resolve(foreign.secret) };
  return declared && !isImported(declared.source, view) ? declared : undefined;
}

/** Stands for the version of another tool in the label of the one that is written anew from it. */
export function adoptedFrom(versionId: string): string {
  return digestOf(["adopt", versionId]);
}

/** Whether an import has been done. Where the record is lost, a value that serves is not put in question. */
export function isImported(source: string, view: SecretView): boolean {
  const found = readRecord(view.secret.tags);
  return found ? found.import === source : view.isIssued && !importedVersion(view, source);
}

export function importedVersion({ secret }: SecretView, source: string): LabelledVersion | undefined {
  return labelledVersions(secret, "import").find(({ of }) => of === source);
}

/**
 * The import that has been current: the program's own, or, where it declares none, another program's, whose label
 * it takes off.
 */
export function servedImport(view: SecretView, declared: string | undefined): string | undefined {
  const before = versionWith(view.secret, awsPrevious);
  const adopted = before === undefined ? undefined : adoptedFrom(before);
  const isMeant = ({ of }: LabelledVersion) => (declared === undefined ? of !== adopted : of === declared);
  return labelledVersions(view.secret, "import").find((each) => isMeant(each) && hasServed(each, view))?.of;
}

/** A version that is current, or was until another took over: what came after it is not undone. */
export function hasServed({ versionId }: LabelledVersion, { secret, currentVersionId }: SecretView): boolean {
  return versionId === currentVersionId || versionId === versionWith(secret, awsPrevious);
}
