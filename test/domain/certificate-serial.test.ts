import { certificateProblems } from "../../provider/domain/certificate-problems";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { merchantCertificate, merchantId, privateKey, someDay } from "../support/certificates";
import { certificateValue, PaperVault } from "./vault-states";

const pem = merchantCertificate();
const { serialNumber } = readCertificateText(pem).certificate;
const next = merchantCertificate({ key: privateKey("next"), serialNumber: "B".repeat(40) });
const serving = { value: certificateValue(pem), labels: ["AWSCURRENT", `MC_CERT_${serialNumber}`] };
/** Another key, and by chance (or on purpose) the same serial number. */
const namesake = readCertificateText(merchantCertificate({ key: privateKey("other"), serialNumber }));

it.each([
  ["the current one", { v1: serving }],
  [
    "a kept one",
    {
      v1: { ...serving, labels: [`MC_CERT_${serialNumber}`] },
      v2: { value: certificateValue(next, privateKey("next")), labels: ["AWSCURRENT"] },
    },
  ],
])(
  "a certificate of another key does not pass for %s because it has the same serial number",
  async (_name, versions) => {
    const view = await new PaperVault(versions).view(namesake, someDay);
    const problems = certificateProblems(
      { certificate: namesake, merchantId, issuance: "request", now: someDay },
      view,
    );
    expect(problems.join()).toContain("its key matches none in the vault");
  },
);
