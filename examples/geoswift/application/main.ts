import { constants, publicEncrypt, verify } from "node:crypto";
import { text } from "node:stream/consumers";
import { loadGeoswift, type GeoswiftCredentials } from "merchant-credentials-loader";

/** An order with both of the merchant's signatures, and a part of it that only the platform can read. */
interface Message {
  order: string;
  /** By the merchant key, Base64. */
  signature: string;
  /** By the key of the CFCA certificate, Base64, with its serial number. */
  certified: { serialNumber: string; signature: string };
  /** For the platform, Base64. */
  encrypted: string;
}

async function signed(geoswift: GeoswiftCredentials): Promise<Message> {
  const order = JSON.stringify({ id: "20261126-1", amount: 1200, currency: "CNY" });
  const key = await geoswift.merchantKey();
  const certificate = await geoswift.cfcaCertificate();
  const platform = await geoswift.platformCertificate();
  const padding = constants.RSA_PKCS1_PADDING;
  return {
    order,
    signature: key.sign("sha256", order).toString("base64"),
    // The open platform asks for SHA-1 here.
    certified: {
      serialNumber: certificate.serialNumber,
      signature: certificate.sign("sha1", order).toString("base64"),
    },
    encrypted: publicEncrypt(
      { key: platform.publicKey, padding },
      Buffer.from("6222 0000 0000 0000"),
    ).toString("base64"),
  };
}

/** As somebody does who has the public halves. What was signed before a rotation is verified during the overlap. */
async function verified(geoswift: GeoswiftCredentials, { order, signature, certified }: Message) {
  const certificate = await geoswift.cfcaCertificate();
  const isPresent = certified.serialNumber === certificate.serialNumber;
  return {
    signature: await geoswift.verify("sha256", order, Buffer.from(signature, "base64")),
    certified:
      isPresent &&
      verify("sha1", Buffer.from(order), certificate.publicKey, Buffer.from(certified.signature, "base64")),
  };
}

async function main(): Promise<void> {
  const { SECRET_ARNS, SECRETS_MANAGER_ENDPOINT: endpoint } = process.env;
  if (!SECRET_ARNS) throw new Error("SECRET_ARNS is missing: the stack's output secretArns, as JSON.");
  const arns = JSON.parse(SECRET_ARNS) as { merchantKey: string; cfcaCertificate: string };
  const geoswift = await loadGeoswift({ arns, endpoint });
  const asked = process.argv[2];
  if (asked === "sign") return console.log(JSON.stringify(await signed(geoswift), null, 2));
  if (asked !== "verify") throw new Error("Say sign, or verify with a message on standard input.");
  const verdict = await verified(geoswift, JSON.parse(await text(process.stdin)) as Message);
  console.log(JSON.stringify(verdict));
  process.exitCode = verdict.signature && verdict.certified ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
