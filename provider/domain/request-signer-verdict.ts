import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import { serialNumbersMeant } from "./serial-number";
import { refused, type Refused } from "./verdict";

interface SignerRule {
  when: (signer: RequestSigner) => boolean;
  refuses: (signer: RequestSigner) => Refused;
}

/** What WeChat Pay would refuse with less to say of the reason; the first rule that applies decides. */
const signerRules: readonly SignerRule[] = [
  {
    // 40 hex digits have 41 to 49 decimal ones; a hex number of so many digits would be too long.
    when: ({ serialNumber }) => /^\d{41,49}$/.test(serialNumber),
    refuses: ({ serialNumber }) =>
      refused(
        "serialNumber",
        `serialNumber is written in decimal, as Java prints it. WeChat Pay takes hex: ${serialNumbersMeant(serialNumber)[0] ?? "40 digits"}.`,
      ),
  },
  {
    when: ({ serialNumber }) => !/^[0-9A-F]{40}$/.test(serialNumber),
    refuses: () =>
      refused(
        "serialNumber",
        "serialNumber has to be 40 upper-case hex digits, without colons. openssl x509 -noout -serial prints it.",
      ),
  },
  {
    when: ({ privateKey }) => privateKey.type !== "private" || privateKey.asymmetricKeyType !== "rsa",
    refuses: () =>
      refused(
        "privateKey",
        "privateKey has to be an RSA private key, the one the certificate was requested with.",
      ),
  },
];

/** Why nothing is sent at all; undefined for a signer of the right form. */
export function signerProblem(signer: RequestSigner): Refused | undefined {
  return (
    merchantIdProblem(signer.merchantId) ?? signerRules.find(({ when }) => when(signer))?.refuses(signer)
  );
}

export function merchantIdProblem(merchantId: string): Refused | undefined {
  return /^\d{8,10}$/.test(merchantId)
    ? undefined
    : refused("merchantId", "merchantId has to be 8 to 10 digits, as the Merchant Platform shows it.");
}
