import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { issuerMaterial, type IssuerMaterial } from "../x509/issuer-material";
import { keptIn } from "../x509/kept-material";
import { rsaKey } from "../x509/rsa-key";
import { createCfcaIssuer, issuedByCfca, periodOf, subjectOf, type Holder, type Period } from "./issuer";
import {
  codesSha256,
  drawnCodes,
  lettersWith,
  openLetter,
  shanghaiDay,
  type Codes,
  type Letters,
} from "./letters";
import { keepLetters, sentLetters } from "./sent-letters";

/** A certificate as it arrives on the computer from which it was asked for: the key was made there. */
export interface Downloaded {
  /** PKCS#8 PEM. */
  privateKey: string;
  certificate: string;
  /** The issuer's certificate, then the root's. */
  chain: string[];
}

export interface Cfca {
  /** Draws two codes and sends both letters. @throws CfcaRefusal */
  sendLetters(order: Holder & { /** Default: now. */ sentAt?: Date }): Letters & Codes;
  /** What the download page does with the two codes. @throws CfcaRefusal */
  download(codes: Codes, period?: Period): Downloaded;
  /** The platform's own `.cer`, as its SDK's demo has it: the merchant encrypts with it. PEM. */
  platformCertificate(): string;
  /** Of the platform, PKCS#8 PEM: decrypts what the merchant has encrypted. */
  platformKey(): string;
  readonly chain: string[];
}

interface Platform {
  certificate: string;
  privateKey: string;
}

/** CFCA, and the platform's own certificate by it; in memory, or as kept in a folder and made there on first use. */
export function openCfca(options: { folder?: string; now?: () => Date; issuer?: IssuerMaterial } = {}): Cfca {
  const { folder, now = () => new Date() } = options;
  const kept = <Material>(
    file: string,
    make: () => Material,
    read: (json: unknown) => Material | undefined,
  ) => (folder === undefined ? make() : keptIn(join(folder, file), make, read));
  const issuer = options.issuer ?? kept("issuer.json", createCfcaIssuer, issuerMaterial);
  let platform: Platform | undefined;
  const ofPlatform = (): Platform =>
    (platform ??= kept("platform.json", () => newPlatform(issuer, now()), platformIn));
  const chain = [issuer.issuerCertificate, issuer.rootCertificate];
  const sent = sentLetters(folder);
  return {
    sendLetters({ merchantId, company, sentAt = now() }) {
      const holder = { merchantId, company };
      subjectOf(holder);
      const codes = drawnCodes();
      const sentOn = shanghaiDay(sentAt);
      sent.push({ ...holder, codesSha256: codesSha256(codes), sentOn, used: false });
      keepLetters(folder, sent);
      return { ...codes, ...lettersWith(codes, holder, sentOn) };
    },
    download(codes, period = {}) {
      const letter = openLetter(sent, codes, now());
      const valid = periodOf(period, now());
      const key = rsaKey();
      letter.used = true;
      keepLetters(folder, sent);
      return {
        privateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
        certificate: issuedByCfca(issuer, letter, createPublicKey(key), valid),
        chain,
      };
    },
    platformCertificate: () => ofPlatform().certificate,
    platformKey: () => ofPlatform().privateKey,
    chain,
  };
}

function newPlatform(issuer: IssuerMaterial, now: Date): Platform {
  const key = rsaKey();
  const holder = { merchantId: "G00000000", company: "Geoswift" };
  return {
    certificate: issuedByCfca(issuer, holder, createPublicKey(key), periodOf({}, now)),
    privateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function platformIn(json: unknown): Platform | undefined {
  const { certificate, privateKey } = (json ?? {}) as Partial<Record<keyof Platform, unknown>>;
  return typeof certificate === "string" && typeof privateKey === "string"
    ? { certificate, privateKey }
    : undefined;
}
