import { bothZones } from "../domain/calendar";
import { printable } from "./printable";

export interface Written {
  merchantId: string;
  certificate: { serialNumber: string; notAfter: Date };
  /** Id of the version, where it is not the one that serves. */
  notServing?: string;
  /** Absolute paths. */
  cer: string;
  pfx: string;
}

/** What is said of two files that were written; all of it is public. */
export function exportText({ merchantId, certificate, notServing, cer, pfx }: Written): string {
  const { serialNumber, notAfter } = certificate;
  const which = notServing === undefined ? "" : `, version ${notServing}, which does not serve`;
  return [
    `The certificate of CFCA of merchant ${merchantId}${which}:`,
    `  ${printable(cer)}  certificate, Base64 X.509; public`,
    `  ${printable(pfx)}  certificate and private key, PKCS#12, under your password`,
    `Serial number ${serialNumber}, valid until ${bothZones(notAfter)}.`,
    "Whoever has the .pfx and its password signs as this merchant: delete it where it is no longer needed. The vault",
    "keeps the key; this command writes the files again.",
    "",
  ].join("\n");
}
