import { unzipSync, type UnzipFileInfo } from "fflate";
import { MerchantCredentialsError } from "../errors";
import { otherFile } from "./file-kind";
import { apiCertificateKey } from "./rsa-key";

/** What the Merchant Platform puts into the zip that it hands out, at the top or in a folder. */
const names = {
  privateKey: "apiclient_key.pem",
  certificate: "apiclient_cert.pem",
  p12: "apiclient_cert.p12",
} as const;

/** Each of the files above, as far as the zip has it. */
export type MerchantZip = Readonly<Partial<Record<keyof typeof names, Buffer>>>;

/** Bytes of one file, unpacked; the platform's have less than 8 000. */
const mostBytes = 65_536;
/** Files in the zip; the platform's has 4 or 5. */
const mostFiles = 100;

/**
 * Unpacks the platform's zip as downloaded; other files in it are not unpacked. What the zip claims about sizes is
 * checked first, and no more than that is written.
 *
 * @throws MerchantCredentialsError `invalid-input` on `property`.
 */
export function readMerchantZip(bytes: Buffer, property = "import.zip"): MerchantZip {
  const expected = `the zip of the Merchant Platform, with ${names.privateKey} or ${names.p12}`;
  const refuse = (summary: string, actual: string, hint: string): never => {
    throw new MerchantCredentialsError("invalid-input", summary, { property, expected, actual, hint });
  };
  const again = "Download the zip again from the Merchant Platform";
  if (bytes.subarray(0, 2).toString("latin1") !== "PK")
    throw otherFile(bytes, apiCertificateKey.advice, {
      property,
      summary: "this is not a zip file",
      expected,
    });

  const found = unpacked(bytes);
  switch (found) {
    case "damaged":
      return refuse(
        "this zip file is damaged",
        `${bytes.length} bytes, cut off, changed or encrypted`,
        again,
      );
    case "too large":
      return refuse(
        "this zip file would unpack to too much",
        `more than ${mostBytes} bytes in a file`,
        again,
      );
    case "too many":
      return refuse("this zip file holds too much", `more than ${mostFiles} files`, again);
    default:
  }
  for (const [name, files] of Object.entries(found)) {
    if (files.length > 1)
      refuse(
        "this zip file holds more than one merchant's files",
        `${files.length} files ${names[name as keyof MerchantZip]}`,
        "Give the zip of this merchant alone",
      );
  }
  const { privateKey, certificate, p12 } = found;
  if (!privateKey[0] && !p12[0])
    refuse(
      "this zip file holds no private key",
      "neither of them",
      `${again}, or give the key as \`import.privateKey\``,
    );
  return { privateKey: privateKey[0], certificate: certificate[0], p12: p12[0] };
}

type Unpacked = Record<keyof typeof names, Buffer[]>;

function unpacked(bytes: Buffer): Unpacked | "damaged" | "too large" | "too many" {
  let refused: "too large" | "too many" | undefined;
  let files = 0;
  const wanted = ({ name, originalSize }: UnzipFileInfo): boolean => {
    files += 1;
    if (files > mostFiles) refused = "too many";
    else if (!partOf(name)) return false;
    else if (originalSize > mostBytes) refused = "too large";
    // Ends the loop over as many files as the zip claims to have.
    if (refused) throw new Error(refused);
    return true;
  };
  try {
    const result: Unpacked = { privateKey: [], certificate: [], p12: [] };
    for (const [name, content] of Object.entries(unzipSync(bytes, { filter: wanted })))
      result[partOf(name)!].push(Buffer.from(content));
    return result;
  } catch {
    return refused ?? "damaged";
  }
}

function partOf(path: string): keyof typeof names | undefined {
  const name = path.split(/[\\/]/).at(-1);
  return (Object.keys(names) as (keyof typeof names)[]).find((part) => names[part] === name);
}
