import "../support/simulation-memory";
import fc from "fast-check";
import {
  certificateRules,
  nextCertificateStep,
  type CertificateDeclaration,
} from "../../provider/domain/certificate-steps";
import { matchOf } from "../../provider/domain/certificate-match";
import { readCertificateText, type CertificateText } from "../../provider/domain/certificate-text";
import { acceptedCertificate, isLost } from "../../provider/domain/certificate-problems";
import { defaultThresholds } from "../../provider/domain/lifecycle";
import { emptyValue, parseValue } from "../../provider/domain/credential-value";
import { tokens } from "../../provider/domain/staging-labels";
import type { Step } from "../../provider/domain/step";
import { MerchantCredentialsError } from "../../provider/errors";
import {
  certificateIssuedByWeChatPay,
  merchantCertificate,
  merchantId,
  privateKey,
  privateKeyPem,
  someDay,
} from "../support/certificates";
import {
  certificateValue,
  fingerprint,
  foreignFields,
  foreignValue,
  PaperVault,
  placeholder,
  placeholderVersion,
  requestValue,
  spkiSha256,
  textOf,
} from "./vault-states";

const day = 24 * 60 * 60 * 1000;
/** Inside the renewal window of {@link first}. */
const dueDay = new Date("2030-12-01T00:00:00Z");

/** Keys A to D; A's certificate serves first, B's comes next. */
const keys = { A: privateKey("A"), B: privateKey("B"), C: privateKey("C"), D: privateKey("D") };
type Name = keyof typeof keys;
const serials = { A: "A".repeat(40), B: "B".repeat(40), C: "C".repeat(40), D: "D".repeat(40) };
const certificateOf = (name: Name, validity: { notBefore?: Date; notAfter?: Date } = {}) =>
  merchantCertificate({ key: keys[name], serialNumber: serials[name], ...validity });

const first = certificateOf("A");
const second = certificateOf("B", { notBefore: new Date("2026-02-01"), notAfter: new Date("2031-02-01") });
/** A renewal of the first one's key under the 1-year rules: the same key, a later end. */
const renewal = merchantCertificate({
  key: keys.A,
  serialNumber: "E".repeat(40),
  notBefore: new Date("2026-03-01"),
  notAfter: new Date("2032-01-15"),
});
const wechatPays = certificateIssuedByWeChatPay({ key: keys.A });
/** One for each key; C's has expired. */
const certificates: Record<Name, string> = {
  A: first,
  B: second,
  C: certificateOf("C", { notBefore: new Date("2021-01-01"), notAfter: new Date("2026-01-01") }),
  D: certificateOf("D"),
};
const read = (pem: string): CertificateText => readCertificateText(pem);

const request = (name: Name, ...labels: string[]) => ({
  value: requestValue(keys[name]),
  labels: [`MC_REQUEST_${fingerprint(keys[name])}`, ...labels],
});
const complete = (pem: string, name: Name, ...labels: string[]) => ({
  value: certificateValue(pem, keys[name]),
  labels: [`MC_CERT_${read(pem).certificate.serialNumber}`, ...labels],
});
const tags = (serialNumber: string) => ({
  "merchant-credentials:first-issued": "2026-01-15T08:30:00Z",
  "merchant-credentials:last-change": `2026-02-01T00:00:00Z current is certificate ${serialNumber}`,
});

/** Labels of other people, which count as well. */
const others = (count: number) => ({
  other: { value: emptyValue, labels: Array.from({ length: count }, (_, n) => `other-${n}`) },
});

const freshKey = privateKey("fresh");
const generate = () => Promise.resolve({ value: requestValue(freshKey), fingerprint: fingerprint(freshKey) });

/**
 * What a program may say beside the certificate: where its key is, that another tool's value is taken over, how it
 * comes about, which one is compromised and which request is given up.
 */
interface Takeover {
  importKey?: CertificateDeclaration["importKey"];
  adopt?: typeof foreignFields;
  issuance?: "request" | "download";
  isLost?: boolean;
  compromised?: string;
  abandonRequest?: string;
}

function declaration(
  accepted: CertificateText | undefined,
  now = someDay,
  { importKey, issuance = "request", isLost = false, abandonRequest }: Takeover = {},
): CertificateDeclaration {
  return {
    merchantId,
    issuance,
    isLost,
    abandonRequest,
    accepted,
    thresholds: defaultThresholds,
    now,
    generate,
    importKey,
  };
}

/** The step and the words of the rule that takes it. */
async function decided(vault: PaperVault, declared?: string, now = someDay, takeover: Takeover = {}) {
  const accepted = declared === undefined ? undefined : read(declared);
  const view = await vault.view(accepted, now, takeover.adopt, takeover);
  const asked = declaration(accepted, now, takeover);
  const step = nextCertificateStep(view, asked);
  const rule = certificateRules.find((each) => each.step(view, asked) !== undefined);
  return { step, because: rule?.because };
}

interface Case {
  state: string;
  versions: ConstructorParameters<typeof PaperVault>[0];
  tags?: Record<string, string>;
  declared?: string;
  takeover?: Takeover;
  now?: Date;
  because: string | undefined;
  step: unknown;
}

const active = { v1: complete(first, "A", "AWSCURRENT", "AWSPENDING") };
const renewing = { ...active, v2: request("B") };

/** Where the first certificate's key is outside the vault; called only when the step is taken. */
const elsewhere: Takeover = { importKey: () => Promise.resolve(privateKeyPem(keys.A)) };
const importedId = tokens.certificate("import", read(first).certificate.certificateSha256, []);
const imported = { [importedId]: complete(first, "A", "AWSCURRENT", "AWSPENDING") };

const theirs: Takeover = { adopt: foreignFields };
const foreign = (...labels: string[]) => ({ value: foreignValue(first, keys.A), labels });
const adoptedId = tokens.certificate("v0", read(first).certificate.certificateSha256, []);

describe("the next step, and why", () => {
  const room = "a label that has nothing to do any more makes room: Secrets Manager allows 20";
  const cases: Case[] = [
    {
      state: "a secret that lost all its versions",
      versions: {},
      because: "a secret without any version would make its first one current",
      step: { do: "put", token: placeholder, value: emptyValue, labels: ["AWSCURRENT"] },
    },
    {
      state: "a new secret",
      versions: placeholderVersion,
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "an open request that waits for its certificate",
      versions: { ...placeholderVersion, v1: request("A", "AWSPENDING") },
      because: undefined,
      step: undefined,
    },
    {
      state: "an open request whose certificate is declared",
      versions: { ...placeholderVersion, v1: request("A", "AWSPENDING") },
      declared: first,
      because: "the declared certificate belongs to a key in the vault",
      step: expect.objectContaining({ do: "put", labels: [`MC_CERT_${serials.A}`, "AWSPENDING"] }),
    },
    {
      state: "a crash after the certificate was written",
      versions: { ...placeholderVersion, v1: request("A"), v2: complete(first, "A", "AWSPENDING") },
      declared: first,
      because: "the declared certificate is complete in the vault and not current",
      step: { do: "move-label", label: "AWSCURRENT", from: placeholder, to: "v2" },
    },
    {
      state: "a crash between promotion and clean-up",
      versions: {
        v0: { value: emptyValue, labels: ["AWSPREVIOUS"] },
        v1: request("A"),
        v2: complete(first, "A", "AWSCURRENT"),
      },
      declared: first,
      because: "a request is finished once its key is current or it is abandoned",
      step: { do: "move-label", label: `MC_REQUEST_${fingerprint(keys.A)}`, from: "v1" },
    },
    {
      state: "a request label on the current version",
      versions: { v1: { ...active.v1, labels: [...active.v1.labels, `MC_REQUEST_${fingerprint(keys.A)}`] } },
      declared: first,
      because: "a request is finished once its key is current or it is abandoned",
      step: { do: "move-label", label: `MC_REQUEST_${fingerprint(keys.A)}`, from: "v1" },
    },
    {
      state: "a current certificate that has lost its label",
      versions: { v1: { ...active.v1, labels: ["AWSCURRENT"] } },
      declared: first,
      because: "roll back finds a certificate by its label",
      step: { do: "move-label", label: `MC_CERT_${serials.A}`, to: "v1" },
    },
    {
      state: "a current certificate that is compromised keeps that label alone",
      versions: {
        v1: { ...active.v1, labels: ["AWSCURRENT", `MC_COMPROMISED_${serials.A}`] },
        v2: request("B"),
      },
      tags: tags(serials.A),
      declared: first,
      because: undefined,
      step: undefined,
    },
    {
      state: "the program calls the current certificate compromised",
      versions: active,
      tags: tags(serials.A),
      declared: first,
      takeover: { compromised: serials.A.toLowerCase() },
      because: "a certificate whose key is known to others never comes back",
      step: { do: "move-label", label: `MC_COMPROMISED_${serials.A}`, to: "v1" },
    },
    {
      state: "the same once it is marked",
      versions: { v1: { ...active.v1, labels: [...active.v1.labels, `MC_COMPROMISED_${serials.A}`] } },
      tags: tags(serials.A),
      declared: first,
      takeover: { compromised: serials.A },
      because: "a compromised certificate is not kept for a roll back",
      step: { do: "move-label", label: `MC_CERT_${serials.A}`, from: "v1" },
    },
    {
      state: "the same once it can never come back: its replacement begins at once",
      versions: { v1: { ...active.v1, labels: ["AWSCURRENT", `MC_COMPROMISED_${serials.A}`] } },
      tags: tags(serials.A),
      declared: first,
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "a renewal of the compromised key serves",
      versions: { v1: complete(first, "A"), v2: complete(renewal, "A", "AWSCURRENT") },
      tags: tags(read(renewal).certificate.serialNumber),
      declared: renewal,
      takeover: { compromised: serials.A },
      because: "a certificate whose key is known to others never comes back",
      step: { do: "move-label", label: `MC_COMPROMISED_${serials.A}`, to: "v1" },
    },
    {
      state: "the same once the earlier one is marked",
      versions: {
        v1: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v2: complete(renewal, "A", "AWSCURRENT"),
      },
      tags: tags(read(renewal).certificate.serialNumber),
      declared: renewal,
      because: "a certificate whose key is known to others never comes back",
      step: {
        do: "move-label",
        label: `MC_COMPROMISED_${read(renewal).certificate.serialNumber}`,
        to: "v2",
      },
    },
    {
      state: "a kept certificate is called compromised",
      versions: { v1: complete(first, "A"), v2: complete(second, "B", "AWSCURRENT") },
      tags: tags(serials.B),
      declared: second,
      takeover: { compromised: serials.A },
      because: "a certificate whose key is known to others never comes back",
      step: { do: "move-label", label: `MC_COMPROMISED_${serials.A}`, to: "v1" },
    },
    {
      state: "the program gives up the open request",
      versions: renewing,
      tags: tags(serials.A),
      declared: first,
      takeover: { abandonRequest: fingerprint(keys.B) },
      because: "the program gives the open request up",
      step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(keys.B)}`, to: "v2" },
    },
    {
      state: "the program gives up one of two open requests",
      versions: { ...renewing, v3: request("C") },
      tags: tags(serials.A),
      declared: first,
      takeover: { abandonRequest: fingerprint(keys.C) },
      because: "the program gives the open request up",
      step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(keys.C)}`, to: "v3" },
    },
    {
      state: "the first request has been given up: another one is made",
      versions: {
        ...placeholderVersion,
        v1: { ...request("A"), labels: [`MC_ABANDONED_${fingerprint(keys.A)}`] },
      },
      takeover: { abandonRequest: fingerprint(keys.A) },
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "a new secret whose certificate will be downloaded",
      versions: placeholderVersion,
      takeover: { issuance: "download" },
      because: undefined,
      step: undefined,
    },
    {
      state: "a certificate that WeChat Pay has issued serves",
      versions: { v1: { ...complete(wechatPays, "A", "AWSCURRENT") } },
      tags: tags(read(wechatPays).certificate.serialNumber),
      declared: wechatPays,
      takeover: { issuance: "download" },
      because: undefined,
      step: undefined,
    },
    {
      state: "the same, to be upgraded to a CA-issued one",
      versions: { v1: { ...complete(wechatPays, "A", "AWSCURRENT") } },
      tags: tags(read(wechatPays).certificate.serialNumber),
      declared: wechatPays,
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "an abandoned request among too many labels",
      versions: {
        ...active,
        v2: { value: requestValue(keys.C), labels: [`MC_ABANDONED_${fingerprint(keys.C)}`] },
        ...others(11),
      },
      tags: tags(serials.A),
      declared: first,
      because: room,
      step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(keys.C)}`, from: "v2" },
    },
    {
      state: "the same while the program names it",
      versions: {
        ...active,
        v2: { value: requestValue(keys.C), labels: [`MC_ABANDONED_${fingerprint(keys.C)}`] },
        ...others(11),
      },
      tags: tags(serials.A),
      declared: first,
      takeover: { abandonRequest: fingerprint(keys.C) },
      because: undefined,
      step: undefined,
    },
    {
      state: "a crash left both labels of a given-up request: its own goes first, however many there are",
      versions: { ...active, v2: request("B", `MC_ABANDONED_${fingerprint(keys.B)}`), ...others(15) },
      tags: tags(serials.A),
      declared: first,
      because: "a request is finished once its key is current or it is abandoned",
      step: { do: "move-label", label: `MC_REQUEST_${fingerprint(keys.B)}`, from: "v2" },
    },
    {
      state: "a kept certificate that is valid, among too many labels",
      versions: { ...active, v2: complete(second, "B"), ...others(12) },
      tags: tags(serials.A),
      declared: first,
      because: room,
      step: { do: "move-label", label: `MC_CERT_${serials.B}`, from: "v2" },
    },
    {
      state: "the same with one label less",
      versions: { ...active, v2: complete(second, "B"), ...others(11) },
      tags: tags(serials.A),
      declared: first,
      because: undefined,
      step: undefined,
    },
    {
      state: "a mark of compromise among too many labels stays",
      versions: {
        ...active,
        v2: { ...complete(certificates.C, "C"), labels: [`MC_COMPROMISED_${serials.C}`] },
        ...others(16),
      },
      tags: tags(serials.A),
      declared: first,
      because: undefined,
      step: undefined,
    },
    {
      state:
        "an expired certificate, where the program calls another one compromised: not even few labels are needed",
      versions: { ...active, v2: complete(certificates.C, "C"), v3: complete(second, "B") },
      tags: tags(serials.A),
      declared: first,
      takeover: { compromised: serials.B },
      because: room,
      step: { do: "move-label", label: `MC_CERT_${serials.C}`, from: "v2" },
    },
    {
      state: "a kept certificate has the key of the one that the program names",
      versions: {
        v1: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v2: complete(renewal, "A"),
        v3: complete(second, "B", "AWSCURRENT"),
      },
      tags: tags(serials.B),
      declared: second,
      takeover: { compromised: serials.A },
      because: "a certificate whose key is known to others never comes back",
      step: { do: "move-label", label: `MC_COMPROMISED_${read(renewal).certificate.serialNumber}`, to: "v2" },
    },
    {
      state: "the open request has the key of a compromised certificate",
      versions: {
        v1: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v2: complete(second, "B", "AWSCURRENT"),
        v3: request("A"),
      },
      tags: tags(serials.B),
      declared: second,
      because: "a request for a key that others know leads nowhere",
      step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(keys.A)}`, to: "v3" },
    },
    {
      state: "the program gives up a request whose key is current already: it is finished, not given up",
      versions: { v1: request("A"), v2: complete(first, "A", "AWSCURRENT") },
      tags: tags(serials.A),
      declared: first,
      takeover: { abandonRequest: fingerprint(keys.A) },
      because: "a request is finished once its key is current or it is abandoned",
      step: { do: "move-label", label: `MC_REQUEST_${fingerprint(keys.A)}`, from: "v1" },
    },
    {
      state: "an import whose certificate can never serve: another key is made",
      versions: placeholderVersion,
      takeover: { ...elsewhere, isLost: true },
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "the first certificate has become current",
      versions: active,
      declared: first,
      because: "years of use count from the first certificate",
      step: {
        do: "tag",
        tags: {
          "merchant-credentials:first-issued": "2026-01-15T08:30:00Z",
          "merchant-credentials:last-change": `2026-06-01T00:00:00Z current is certificate ${serials.A}`,
        },
      },
    },
    {
      state: "a replacement has become current: first-issued stays",
      versions: { v1: complete(first, "A"), v2: complete(second, "B", "AWSCURRENT") },
      tags: tags(serials.A),
      declared: second,
      because: "years of use count from the first certificate",
      step: {
        do: "tag",
        tags: {
          "merchant-credentials:first-issued": "2026-01-15T08:30:00Z",
          "merchant-credentials:last-change": `2026-06-01T00:00:00Z current is certificate ${serials.B}`,
        },
      },
    },
    {
      state: "all as declared",
      versions: active,
      tags: tags(serials.A),
      declared: first,
      because: undefined,
      step: undefined,
    },
    {
      state: "withdrawn from the program: the serving one stays",
      versions: active,
      tags: tags(serials.A),
      because: undefined,
      step: undefined,
    },
    {
      state: "one second before renewal is due",
      versions: active,
      tags: tags(serials.A),
      declared: first,
      now: new Date("2030-11-16T08:29:59Z"),
      because: undefined,
      step: undefined,
    },
    {
      state: "renewal is due",
      versions: active,
      tags: tags(serials.A),
      declared: first,
      now: new Date("2030-11-16T08:30:00Z"),
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "renewal is due and its request is open",
      versions: renewing,
      tags: tags(serials.A),
      declared: first,
      now: dueDay,
      because: undefined,
      step: undefined,
    },
    {
      state: "expired with a request open: nothing more is made",
      versions: renewing,
      tags: tags(serials.A),
      declared: first,
      now: new Date("2031-06-01"),
      because: undefined,
      step: undefined,
    },
    {
      state: "the next certificate is declared: completed from its own key",
      versions: renewing,
      tags: tags(serials.A),
      declared: second,
      because: "the declared certificate belongs to a key in the vault",
      step: expect.objectContaining({ do: "put", labels: [`MC_CERT_${serials.B}`, "AWSPENDING"] }),
    },
    {
      state: "roll back to a kept certificate",
      versions: { v1: complete(first, "A", "AWSPREVIOUS"), v2: complete(second, "B", "AWSCURRENT") },
      tags: tags(serials.B),
      declared: first,
      because: "the declared certificate is complete in the vault and not current",
      step: { do: "move-label", label: "AWSCURRENT", from: "v2", to: "v1" },
    },
    {
      state: "roll back leaves an open request alone",
      versions: {
        v1: complete(first, "A", "AWSCURRENT"),
        v2: complete(second, "B", "AWSPREVIOUS"),
        v3: request("C"),
      },
      tags: tags(serials.A),
      declared: first,
      because: undefined,
      step: undefined,
    },
    {
      state: "a renewal of the current key, while a request for another is open",
      versions: renewing,
      tags: tags(serials.A),
      declared: renewal,
      because: "a renewal of the current key makes the request for another key needless",
      step: { do: "move-label", label: `MC_ABANDONED_${fingerprint(keys.B)}`, to: "v2" },
    },
    {
      state: "a renewal of the current key",
      versions: active,
      tags: tags(serials.A),
      declared: renewal,
      because: "the declared certificate belongs to a key in the vault",
      step: expect.objectContaining({ do: "put", labels: [`MC_CERT_${"E".repeat(40)}`, "AWSPENDING"] }),
    },
    {
      state: "an abandoned request that still has its label",
      versions: { ...active, v2: request("B", `MC_ABANDONED_${fingerprint(keys.B)}`) },
      tags: tags(serials.A),
      declared: first,
      because: "a request is finished once its key is current or it is abandoned",
      step: { do: "move-label", label: `MC_REQUEST_${fingerprint(keys.B)}`, from: "v2" },
    },
    {
      state: "an expired certificate among too many labels",
      versions: {
        ...active,
        v2: complete(certificates.C, "C"),
        ...others(11),
      },
      tags: tags(serials.A),
      declared: first,
      because: room,
      step: { do: "move-label", label: `MC_CERT_${serials.C}`, from: "v2" },
    },
    {
      state: "a new secret for a certificate in use: its key is fetched",
      versions: placeholderVersion,
      declared: first,
      takeover: elsewhere,
      because: "the declared certificate is in use already, and the program says where its key is",
      step: {
        do: "put",
        token: importedId,
        value: expect.any(Function) as unknown,
        labels: [`MC_CERT_${serials.A}`, "AWSPENDING"],
      },
    },
    {
      state: "a certificate in use beside an open request",
      versions: { ...placeholderVersion, v1: request("B", "AWSPENDING") },
      declared: first,
      takeover: elsewhere,
      because: "the declared certificate is in use already, and the program says where its key is",
      step: expect.objectContaining({ do: "put", token: importedId }),
    },
    {
      state: "a certificate in use that is to replace the current one",
      versions: { v1: complete(second, "B", "AWSCURRENT") },
      tags: tags(serials.B),
      declared: first,
      takeover: elsewhere,
      because: "the declared certificate is in use already, and the program says where its key is",
      step: expect.objectContaining({ do: "put", token: importedId }),
    },
    {
      state: "a crash after an import was written: nothing is fetched again",
      versions: { ...placeholderVersion, [importedId]: complete(first, "A", "AWSPENDING") },
      declared: first,
      takeover: elsewhere,
      because: "the declared certificate is complete in the vault and not current",
      step: { do: "move-label", label: "AWSCURRENT", from: placeholder, to: importedId },
    },
    {
      state: "an imported certificate has become current",
      versions: imported,
      declared: first,
      takeover: elsewhere,
      because: "years of use count from the first certificate",
      step: {
        do: "tag",
        tags: {
          "merchant-credentials:first-issued": "2026-01-15T08:30:00Z",
          "merchant-credentials:last-change": `2026-06-01T00:00:00Z current is certificate ${serials.A}: imported`,
        },
      },
    },
    {
      state: "an imported certificate is current: the import may stay in the program",
      versions: imported,
      tags: tags(serials.A),
      declared: first,
      takeover: elsewhere,
      because: undefined,
      step: undefined,
    },
    {
      state: "an import whose certificate may not serve makes no key of its own",
      versions: placeholderVersion,
      takeover: elsewhere,
      because: undefined,
      step: undefined,
    },
    {
      state:
        "a certificate of the open request's key, while an import is in the program: the vault's key serves",
      versions: { ...placeholderVersion, v1: request("A", "AWSPENDING") },
      declared: first,
      takeover: elsewhere,
      because: "the declared certificate belongs to a key in the vault",
      step: expect.objectContaining({ value: certificateValue(first, keys.A) }),
    },
    {
      state: "renewal of an imported certificate is due",
      versions: imported,
      tags: tags(serials.A),
      declared: first,
      takeover: elsewhere,
      now: dueDay,
      because: "a next certificate is wanted, and no request is open",
      step: { do: "begin", generate },
    },
    {
      state: "another tool's credential is taken over",
      versions: { v0: foreign("AWSCURRENT") },
      takeover: theirs,
      because: "a credential of another tool is written anew before it can be current in our form",
      step: {
        do: "put",
        token: adoptedId,
        value: certificateValue(first, keys.A),
        labels: [`MC_CERT_${serials.A}`, "AWSPENDING"],
      },
    },
    {
      state: "a crash after another tool's credential was written anew",
      versions: { v0: foreign("AWSCURRENT"), [adoptedId]: complete(first, "A", "AWSPENDING") },
      takeover: theirs,
      because: "a credential of another tool is written anew before it can be current in our form",
      step: { do: "move-label", label: "AWSCURRENT", from: "v0", to: adoptedId },
    },
    {
      state: "the same with its certificate declared",
      versions: { v0: foreign("AWSCURRENT"), [adoptedId]: complete(first, "A", "AWSPENDING") },
      declared: first,
      takeover: theirs,
      because: "a credential of another tool is written anew before it can be current in our form",
      step: { do: "move-label", label: "AWSCURRENT", from: "v0", to: adoptedId },
    },
    {
      state: "another tool's credential has been taken over: its key was made elsewhere",
      versions: { v0: foreign("AWSPREVIOUS"), [adoptedId]: complete(first, "A", "AWSCURRENT") },
      takeover: theirs,
      because: "years of use count from the first certificate",
      step: {
        do: "tag",
        tags: {
          "merchant-credentials:first-issued": "2026-01-15T08:30:00Z",
          "merchant-credentials:last-change": `2026-06-01T00:00:00Z current is certificate ${serials.A}: imported`,
        },
      },
    },
  ];

  it.each(cases.map((each) => [each.state, each] as const))("%s", async (_state, each) => {
    const vault = new PaperVault(each.versions, { tags: each.tags ?? {} });
    const { step, because } = await decided(vault, each.declared, each.now, each.takeover);
    expect(because).toBe(each.because);
    expect(step).toEqual(each.step);
  });

  it("has a case above for each rule", () => {
    const seen = new Set(cases.map(({ because }) => because));
    expect(certificateRules.filter(({ because }) => !seen.has(because))).toEqual([]);
  });
});

it("completes a certificate with its own private key, whichever version that comes from", async () => {
  const vault = new PaperVault(renewing, { tags: tags(serials.A) });
  for (const [pem, name] of [
    [second, "B"],
    [renewal, "A"],
  ] as const) {
    const view = await vault.view(undefined, someDay);
    const completing = certificateRules.find(({ because }) => because.includes("belongs to a key"))!;
    const put = completing.step(view, declaration(read(pem))) as Step & { do: "put" };
    const value = parseValue(await textOf(put));
    expect(value).toMatchObject({ merchantId, serialNumber: read(pem).certificate.serialNumber });
    expect(put.value).toBe(certificateValue(pem, keys[name]));
  }
});

it("completes an imported certificate with the key that is fetched for it, and for no other", async () => {
  const asked: string[] = [];
  const importKey = (certificate: { serialNumber: string }) => {
    asked.push(certificate.serialNumber);
    return Promise.resolve(privateKeyPem(keys.A));
  };
  const { step } = await decided(new PaperVault(placeholderVersion), first, someDay, { importKey });
  expect(asked).toEqual([]);
  expect(await textOf(step as Step & { do: "put" })).toBe(certificateValue(first, keys.A));
  expect(asked).toEqual([serials.A]);
});

it("writes the same certificate with the same token, so that a repeat makes no second version", async () => {
  const put = async () => (await decided(new PaperVault(renewing, { tags: tags(serials.A) }), second)).step;
  expect(await put()).toEqual(await put());
});

describe("how a declared certificate relates to the keys in the vault", () => {
  const A = fingerprint(keys.A);
  it.each([
    ["current", active, first],
    ["kept", { v1: complete(first, "A"), v2: complete(second, "B", "AWSCURRENT") }, first],
    ["pending", renewing, second],
    ["renewal-of-key", active, renewal],
    ["none", active, second],
    ["none", placeholderVersion, first],
    [
      "compromised",
      {
        v1: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v2: complete(second, "B", "AWSCURRENT"),
      },
      first,
    ],
    [
      "compromised",
      {
        v1: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v2: complete(second, "B", "AWSCURRENT"),
      },
      renewal,
    ],
    ["current", { v1: { ...active.v1, labels: ["AWSCURRENT", `MC_COMPROMISED_${serials.A}`] } }, first],
    [
      "abandoned",
      { ...placeholderVersion, v1: { value: requestValue(keys.A), labels: [`MC_ABANDONED_${A}`] } },
      first,
    ],
    [
      "abandoned",
      {
        v1: { value: requestValue(keys.A), labels: [`MC_ABANDONED_${A}`] },
        v2: complete(first, "A"),
        v3: complete(second, "B", "AWSCURRENT"),
      },
      first,
    ],
    [
      "compromised",
      {
        v1: { value: requestValue(keys.A), labels: [`MC_ABANDONED_${A}`] },
        v2: { ...complete(first, "A"), labels: [`MC_COMPROMISED_${serials.A}`] },
        v3: complete(second, "B", "AWSCURRENT"),
      },
      first,
    ],
  ] as const)("%s", async (match, versions, pem) => {
    const view = await new PaperVault(versions).view(read(pem), someDay);
    expect(matchOf(read(pem), view)).toBe(match);
  });

  it("is none for an earlier certificate of the current key that was never in the vault", async () => {
    const earlier = merchantCertificate({
      key: keys.A,
      serialNumber: "AB",
      notAfter: new Date("2030-01-01"),
    });
    const view = await new PaperVault(active).view(read(earlier), someDay);
    expect(matchOf(read(earlier), view)).toBe("none");
  });
});

/** Any arrangement of labels over versions that hold what their labels say; AWS's own may be anywhere. */
const names = Object.keys(keys) as Name[];
const contents: Record<string, string> = { empty: emptyValue };
for (const name of names) {
  contents[`request ${name}`] = requestValue(keys[name]);
  contents[`complete ${name}`] = certificateValue(certificates[name], keys[name]);
  contents[`foreign ${name}`] = foreignValue(certificates[name], keys[name]);
}
const renewedSerial = read(renewal).certificate.serialNumber;
contents["renewed A"] = certificateValue(renewal, keys.A);
const ourLabels = names
  .flatMap((name): [string, string][] => [
    [`MC_REQUEST_${fingerprint(keys[name])}`, `request ${name}`],
    [`MC_ABANDONED_${fingerprint(keys[name])}`, `request ${name}`],
    [`MC_CERT_${serials[name]}`, `complete ${name}`],
    [`MC_COMPROMISED_${serials[name]}`, `complete ${name}`],
  ])
  .concat([
    [`MC_CERT_${renewedSerial}`, "renewed A"],
    [`MC_COMPROMISED_${renewedSerial}`, "renewed A"],
  ]);
/** As many as Secrets Manager allows. */
const mostLabels = 20;

interface Arrangement {
  ours: [string, string][];
  current: string | undefined;
  pending: string | undefined;
  previous: string | undefined;
  tagged: boolean;
  /** How many labels there are with those of other people; fewer where ours are more. */
  total: number;
}

const version = fc.constantFrom(...Object.keys(contents), undefined);
const arrangement: fc.Arbitrary<Arrangement> = fc.record({
  ours: fc.oneof(fc.subarray(ourLabels, { maxLength: 6 }), fc.subarray(ourLabels, { maxLength: 16 })),
  // Most often what can serve, or be taken over.
  current: fc.oneof(version, fc.constantFrom("empty", "complete A", "complete B", "foreign A")),
  pending: version,
  previous: version,
  tagged: fc.boolean(),
  total: fc.oneof(fc.constant(0), fc.integer({ min: 13, max: mostLabels })),
});

function arranged({ ours, current, pending, previous, tagged, total }: Arrangement): PaperVault {
  const all: [string, string | undefined][] = [
    ...ours,
    ["AWSCURRENT", current],
    ["AWSPENDING", pending],
    ["AWSPREVIOUS", previous === current ? undefined : previous],
  ];
  const versions = Object.entries(contents).map(([id, value]) => {
    const labels = all.filter(([, at]) => at === id).map(([label]) => label);
    return [id, { value, labels }] as const;
  });
  const count = versions.reduce((sum, [, { labels }]) => sum + labels.length, 0);
  return new PaperVault(
    { ...Object.fromEntries(versions), ...others(Math.max(0, total - count)) },
    { tags: tagged ? tags(serials.A) : {} },
  );
}

/** An import finds the key of whatever is declared, and values of another tool are taken over. */
const everything: Takeover = {
  adopt: foreignFields,
  importKey: ({ publicKeySha256 }) => {
    const key = Object.values(keys).find((each) => spkiSha256(each) === publicKeySha256);
    return Promise.resolve(privateKeyPem(key));
  },
};

/** Takes every step from a state to its end, looking at each before it is taken; an error of ours is an end too. */
async function run(
  vault: PaperVault,
  declared: CertificateText | undefined,
  now: Date,
  takeover: Takeover,
  look: (step: Step, before: PaperVault["secret"]) => void | Promise<void>,
): Promise<void> {
  for (let taken = 0; ; taken++) {
    let step: Step | undefined;
    try {
      const view = await vault.view(declared, now, takeover.adopt, takeover);
      const isImported = takeover.importKey !== undefined;
      const { issuance = "request" } = takeover;
      const asked = { certificate: declared, merchantId, issuance, isImported, now };
      const accepted = acceptedCertificate(asked, view);
      step = nextCertificateStep(
        view,
        declaration(accepted, now, { ...takeover, isLost: isLost(asked, view) }),
      );
    } catch (error) {
      if (error instanceof MerchantCredentialsError) return;
      throw error;
    }
    if (!step) return;
    // Each of our labels goes or moves at most a few times; steps that undo each other never end.
    expect(taken).toBeLessThan(40);
    await look(step, vault.secret);
    await vault.take(step);
  }
}

const holder = (versions: Readonly<Record<string, readonly string[]>>, label: string) =>
  Object.keys(versions).find((id) => versions[id]!.includes(label));

/** The fingerprint of the key in a version; undefined where it has none. */
function keyIn(vault: PaperVault, id: string | undefined): string | undefined {
  const value = id === undefined ? undefined : vault.value(id);
  const key = [...Object.values(keys), freshKey].find((each) =>
    value?.includes(JSON.stringify(privateKeyPem(each))),
  );
  return key && fingerprint(key);
}

type Holds = (
  step: Step,
  before: PaperVault["secret"]["versions"],
  vault: PaperVault,
) => void | Promise<void>;

const invariants: [string, Holds][] = [
  [
    "AWSCURRENT is never taken away without a target, moves as a compare-and-swap and only to a complete credential",
    (step, before, vault) => {
      const current = holder(before, "AWSCURRENT");
      if (step.do === "put" && step.labels.includes("AWSCURRENT")) expect(current).toBeUndefined();
      if (step.do !== "move-label" || step.label !== "AWSCURRENT") return;
      expect(step.from).toBe(current);
      expect(step.to).toBeDefined();
      expect(parseValue(vault.value(step.to!)!).schema).toBe("merchant-credentials/certificate/v1");
    },
  ],
  [
    "no request loses its label unless its key is current or it is abandoned",
    (step, before, vault) => {
      if (step.do !== "move-label" || !step.label.startsWith("MC_REQUEST_")) return;
      const isCurrent = keyIn(vault, holder(before, "AWSCURRENT")) === step.label.slice("MC_REQUEST_".length);
      const isAbandoned = before[step.from!]!.includes(step.label.replace("REQUEST", "ABANDONED"));
      expect(isCurrent || isAbandoned).toBe(true);
    },
  ],
  [
    "no request is begun while one is open",
    (step, before, vault) => {
      if (step.do !== "begin") return;
      const current = holder(before, "AWSCURRENT");
      const open = Object.entries(before).flatMap(([id, labels]) =>
        labels.filter(
          (label) =>
            label.startsWith("MC_REQUEST_") &&
            id !== current &&
            label.slice("MC_REQUEST_".length) !== keyIn(vault, current) &&
            !labels.includes(label.replace("REQUEST", "ABANDONED")),
        ),
      );
      expect(open).toEqual([]);
    },
  ],
  [
    "nothing compromised and no abandoned request's key becomes current",
    (step, before, vault) => {
      if (step.do !== "move-label" || step.label !== "AWSCURRENT") return;
      const key = keyIn(vault, step.to);
      // Another tool's credential serves already, and is only written anew.
      if (key === keyIn(vault, holder(before, "AWSCURRENT"))) return;
      const leaked = Object.keys(before).filter((id) =>
        before[id]!.some((label) => label.startsWith("MC_COMPROMISED_")),
      );
      expect(leaked.map((id) => keyIn(vault, id))).not.toContain(key);
      expect(holder(before, `MC_ABANDONED_${key}`)).toBeUndefined();
    },
  ],
  [
    "what is compromised stays so, for ever",
    (step, before) => {
      if (step.do !== "move-label" || !step.label.startsWith("MC_COMPROMISED_")) return;
      expect(step.to).toBeDefined();
      expect(holder(before, step.label)).toBeUndefined();
    },
  ],
  [
    "an abandoned request keeps that label as long as its own is there",
    (step, before) => {
      if (step.do !== "move-label" || !step.label.startsWith("MC_ABANDONED_") || step.to) return;
      expect(before[step.from!]!.filter((label) => label.startsWith("MC_REQUEST_"))).toEqual([]);
      expect(Object.values(before).flat().length).toBeGreaterThanOrEqual(14);
    },
  ],
  [
    "no certificate that is current, was so last or is declared loses its label, unless it is marked",
    (step, before) => {
      if (step.do !== "move-label" || !step.label.startsWith("MC_CERT_") || step.to) return;
      if (holder(before, step.label.replace("CERT", "COMPROMISED"))) return;
      expect(before[step.from!]).not.toContain("AWSCURRENT");
      expect(before[step.from!]).not.toContain("AWSPREVIOUS");
    },
  ],
  [
    "no version is written over, and no label of a kept or compromised certificate wanders",
    async (step, before, vault) => {
      if (step.do === "put" && typeof step.token === "string")
        expect([undefined, await textOf(step)]).toContain(vault.value(step.token));
      if (step.do !== "move-label" || !/^MC_(CERT|COMPROMISED)_/.test(step.label)) return;
      if (step.to) expect(holder(before, step.label)).toBeUndefined();
    },
  ],
];

describe("from any arrangement of labels, with any certificate declared, imported or not, and on any day,", () => {
  const declared = fc.constantFrom(undefined, first, second, renewal, ...Object.values(certificates));
  const now = fc.integer({ min: -900, max: 2600 }).map((days) => new Date(someDay.getTime() + days * day));

  const takeover = fc
    .record({
      taken: fc.constantFrom<Takeover>({}, everything, { adopt: everything.adopt }),
      compromised: fc.constantFrom(undefined, ...Object.values(serials)),
      abandonRequest: fc.constantFrom(undefined, ...Object.values(keys).map(fingerprint)),
      issuance: fc.constantFrom("request" as const, "request" as const, "download" as const),
    })
    .map(({ taken, ...named }): Takeover => ({ ...taken, ...named }));

  it.each(invariants)("%s", (_name, holds) =>
    fc.assert(
      fc.asyncProperty(arrangement, declared, now, takeover, async (start, pem, at, taken) => {
        const vault = arranged(start);
        await run(vault, pem === undefined ? undefined : read(pem), at, taken, (step, before) =>
          holds(step, before.versions, vault),
        );
      }),
      { numRuns: 100 },
    ),
  );
});

/** All steps from a state to its end, as far as they are about labels and values. */
async function allSteps(
  vault: PaperVault,
  declared: string,
  takeover: Takeover = {},
  now = someDay,
): Promise<string[]> {
  const steps: string[] = [];
  await run(vault, read(declared), now, takeover, (step) => {
    if (step.do === "move-label") steps.push(`${step.to ? "+" : "-"}${step.label}`);
    else steps.push(step.do);
  });
  return steps;
}

describe("from its first step to its last,", () => {
  const [A, B] = [fingerprint(keys.A), fingerprint(keys.B)];
  const lasting = certificateOf("B", { notAfter: new Date("2041-01-15") });
  const kept = {
    v1: complete(first, "A"),
    v2: complete(renewal, "A"),
    v3: complete(lasting, "B", "AWSCURRENT"),
  };

  it.each([serials.A, renewedSerial])(
    "all certificates of a leaked key are marked: named %s",
    async (named) => {
      const vault = new PaperVault(kept, { tags: tags(serials.B) });
      const steps = await allSteps(vault, lasting, { compromised: named });
      expect(steps.slice().sort()).toEqual(
        [serials.A, renewedSerial].flatMap((of) => [`+MC_COMPROMISED_${of}`, `-MC_CERT_${of}`]).sort(),
      );
      expect(vault.secret.versions).toEqual({
        v1: [`MC_COMPROMISED_${serials.A}`],
        v2: [`MC_COMPROMISED_${renewedSerial}`],
        v3: kept.v3.labels,
      });
      // Named no more, the one expired, labels few: the other never comes back.
      const later = new Date("2031-06-01");
      const crowded = new PaperVault(
        {
          ...Object.fromEntries(
            Object.entries(kept).map(([id, { value }]) => [
              id,
              { value, labels: vault.secret.versions[id]! },
            ]),
          ),
          ...others(15),
        },
        { tags: tags(serials.B) },
      );
      for (const at of [vault, crowded]) {
        expect(await allSteps(at, renewal, {}, later)).toEqual([]);
        const view = await at.view(read(renewal), later);
        expect(matchOf(read(renewal), view)).toBe("compromised");
      }
    },
  );

  it("a request that was given up before a crash is not revived, however few labels are left", async () => {
    const vault = new PaperVault(
      { ...active, v2: request("B", `MC_ABANDONED_${B}`), ...others(15) },
      { tags: tags(serials.A) },
    );
    expect(await allSteps(vault, second)).toEqual([`-MC_REQUEST_${B}`, `-MC_ABANDONED_${B}`]);
    expect((await vault.view(read(second), someDay)).pending).toBeUndefined();
  });

  it.each([0, 11, 12, 15])(
    "a renewal of the key ends the open request and serves, with %d labels of other people",
    async (count) => {
      const vault = new PaperVault({ ...renewing, ...others(count) }, { tags: tags(serials.A) });
      const steps = await allSteps(vault, renewal);
      expect(steps[0]).toBe(`+MC_ABANDONED_${B}`);
      expect(steps.filter((step) => step.includes("MC_REQUEST_"))).toEqual([`-MC_REQUEST_${B}`]);
      expect(steps.filter((step) => step === "put")).toHaveLength(1);
      expect(steps.filter((step) => step.includes("AWSCURRENT"))).toHaveLength(1);
      expect((await vault.view(read(renewal), someDay)).current?.certificate.serialNumber).toBe(
        renewedSerial,
      );
      expect(await allSteps(vault, renewal)).toEqual([]);
    },
  );

  it("a request whose key has become current is finished though the program gives it up", async () => {
    const vault = new PaperVault(
      { v1: request("A"), v2: complete(first, "A", "AWSCURRENT") },
      { tags: tags(serials.A) },
    );
    expect(await allSteps(vault, first, { abandonRequest: A })).toEqual([`-MC_REQUEST_${A}`]);
  });
});
