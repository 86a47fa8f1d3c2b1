import { createHash, randomInt } from "node:crypto";
import { CfcaRefusal } from "./refusal";
import type { Holder } from "./issuer";

/** What one of the two letters is for: who has both may download the certificate, once. */
export interface Codes {
  referenceNumber: string;
  authorizationCode: string;
}

/** The texts of the two letters. */
export interface Letters {
  codes: string;
  manual: string;
}

/** What CFCA keeps of a letter that it has sent. */
export interface SentLetter extends Holder {
  codesSha256: string;
  /** Day in Asia/Shanghai, such as 2026-11-26. */
  sentOn: string;
  used: boolean;
}

/** The codes are valid through the end of the 14th day after the letter's. */
const validDays = 14;
const hour = 60 * 60 * 1000;

export function drawnCodes(): Codes {
  return { referenceNumber: drawn(10, "0123456789"), authorizationCode: drawn(10, lettersAndDigits) };
}

export const codesSha256 = ({ referenceNumber, authorizationCode }: Codes): string =>
  createHash("sha256").update(`${referenceNumber} ${authorizationCode}`).digest("hex");

export function lettersWith(codes: Codes, { merchantId, company }: Holder, sentOn: string): Letters {
  const head = (subject: string): string =>
    [
      "From: certificates@cfca.example",
      `To: ${company}, merchant ${merchantId}`,
      `Date: ${sentOn}`,
      `Subject: ${subject}`,
      "",
      "",
    ].join("\n");
  return {
    codes: `${head("Reference number and authorization code")}Reference number (参考号): ${codes.referenceNumber}
Authorization code (授权码): ${codes.authorizationCode}

Both are valid through ${lastDayOf(sentOn)}, and for one download. Whoever has both can download the certificate.
`,
    manual: `${head("How to download a certificate")}1. Open the download page on a Windows computer, and type in the two codes of the other letter.
2. Choose as CSP: soft certificate (Microsoft Enhanced Cryptographic Provider V1.0). Download.
3. Export the certificate without its key: Base64 encoded X.509 (.CER), the second option.
4. Export it with its key (.PFX), under a password. The names of both files have letters only.
`,
  };
}

/** The codes in a letter, as a person reads them. @throws CfcaRefusal */
export function codesIn(letter: string): Codes {
  const referenceNumber = /^Reference number.*: *(\d+) *$/m.exec(letter)?.[1];
  const authorizationCode = /^Authorization code.*: *(\w+) *$/m.exec(letter)?.[1];
  if (!referenceNumber || !authorizationCode) {
    throw new CfcaRefusal("not-a-letter", "This letter has no reference number and authorization code.");
  }
  return { referenceNumber, authorizationCode };
}

/** The letter that the codes are of, if they still lead to a certificate. @throws CfcaRefusal */
export function openLetter(sent: readonly SentLetter[], codes: Codes, now: Date): SentLetter {
  const wanted = codesSha256(codes);
  const letter = sent.find((each) => each.codesSha256 === wanted);
  if (!letter) {
    throw new CfcaRefusal("unknown-codes", "There is no such reference number with this authorization code.");
  }
  if (letter.used) {
    throw new CfcaRefusal("codes-used", "A certificate was downloaded with these codes; ask for new ones.");
  }
  if (shanghaiDay(now) > lastDayOf(letter.sentOn)) {
    throw new CfcaRefusal(
      "codes-expired",
      `These codes were valid through ${lastDayOf(letter.sentOn)}; ask technical support for new ones.`,
    );
  }
  return letter;
}

export function shanghaiDay(date: Date): string {
  return new Date(date.getTime() + 8 * hour).toISOString().slice(0, 10);
}

function lastDayOf(sentOn: string): string {
  return new Date(Date.parse(sentOn) + validDays * 24 * hour).toISOString().slice(0, 10);
}

const lettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function drawn(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
