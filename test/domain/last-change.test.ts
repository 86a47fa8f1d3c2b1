import fc from "fast-check";
import { isoTime } from "../../provider/domain/calendar";
import {
  certificateChangeTags,
  lastChangeTags,
  readCertificateChange,
  readLastChange,
  type SecretChangeReason,
} from "../../provider/domain/last-change";

const tag = "merchant-credentials:last-change";
const reasons: SecretChangeReason[] = [
  "first value",
  "rotation",
  "import",
  "adoption",
  "promoted",
  "found in the vault",
];
const time = fc.date({ min: new Date("2020-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

it("of a secret is read back as it was written, in a tag that AWS accepts", () => {
  fc.assert(
    fc.property(time, fc.stringMatching(/^[0-9a-f]{64}$/), fc.constantFrom(...reasons), (at, id, reason) => {
      const tags = lastChangeTags(at, id, reason);
      expect(readLastChange(tags)).toEqual({ at: isoTime(at), versionId: id, reason });
      expect(tags[tag]).toMatch(allowed);
      expect(readCertificateChange(tags)).toBeUndefined();
    }),
  );
});

it("of a certificate is read back as it was written, in a tag that AWS accepts", () => {
  fc.assert(
    fc.property(time, fc.stringMatching(/^[0-9A-F]{40}$/), fc.boolean(), (date, serialNumber, isImported) => {
      const change = { at: isoTime(date), serialNumber, isImported };
      const tags = certificateChangeTags(change);
      expect(readCertificateChange(tags)).toEqual(change);
      expect(tags[tag]).toMatch(allowed);
      expect(readLastChange(tags)).toBeUndefined();
    }),
  );
});

it("is documented: this text", () => {
  expect(lastChangeTags(new Date("2026-11-22T12:00:00Z"), "5f0c", "first value")).toEqual({
    [tag]: "2026-11-22T12:00:00Z current is version 5f0c: first value",
  });
});

it.each([
  ["no tag", undefined],
  ["an empty one", ""],
  ["no reason", "2026-11-22T12:00:00Z current is version 5f0c"],
  ["an empty reason", "2026-11-22T12:00:00Z current is version 5f0c: "],
  ["no time", "current is version 5f0c: rotation"],
  ["somebody's own words", "rotated by hand"],
])("is nothing where there is %s", (_name, text) => {
  const tags: Record<string, string> = text === undefined ? {} : { [tag]: text };
  expect(readLastChange(tags)).toBeUndefined();
  expect(readCertificateChange(tags)).toBeUndefined();
});
