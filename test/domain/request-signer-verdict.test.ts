import { createPublicKey } from "node:crypto";
import { signerProblem } from "../../provider/domain/request-signer-verdict";
import { secretTextProblem } from "../../provider/domain/secret-text-verdict";
import { ellipticCurveKey } from "../support/certificates";
import { apiV3Secret, serialNumber, signer } from "../verification/platform-answers";

describe("nothing is signed by", () => {
  it.each([
    ["a merchant id of 7 digits", { merchantId: "1900000" }, "merchantId", "8 to 10 digits"],
    ["a merchant id with a quote in it", { merchantId: '190000010"' }, "merchantId", "8 to 10 digits"],
    [
      "a serial number in decimal, as Java prints it",
      { serialNumber: BigInt(`0x${serialNumber}`).toString() },
      "serialNumber",
      `WeChat Pay takes hex: ${serialNumber}`,
    ],
    ["a serial number with colons", { serialNumber: "51:57" }, "serialNumber", "40 upper-case hex digits"],
    [
      "a serial number in lower case",
      { serialNumber: serialNumber.toLowerCase() },
      "serialNumber",
      "40 upper-case",
    ],
    [
      "a serial number of 39 digits",
      { serialNumber: serialNumber.slice(1) },
      "serialNumber",
      "40 upper-case",
    ],
    ["a public key", { privateKey: createPublicKey(signer().privateKey) }, "privateKey", "RSA private key"],
    ["a key on an elliptic curve", { privateKey: ellipticCurveKey() }, "privateKey", "RSA private key"],
  ])("%s", (_name, wrong, field, says) => {
    const verdict = signerProblem({ ...signer(), ...wrong });
    expect(verdict).toMatchObject({ verdict: "refused", field });
    expect(verdict!.says).toContain(says);
  });

  it("but by what has the right form", () => {
    expect(signerProblem(signer())).toBeUndefined();
  });
});

describe("a secret is refused before it is tried:", () => {
  it.each([
    ["31 characters", apiV3Secret.slice(1), "found 31 characters"],
    ["33 characters", `${apiV3Secret}x`, "found 33 characters"],
    ["34 characters", `${apiV3Secret}xy`, "found 34 characters"],
    ["40 characters", `${apiV3Secret}Uvwxyzqq`, "found 40 characters"],
    ["a serial number", serialNumber, "A certificate's serial number has 40"],
    ["a symbol", `${apiV3Secret.slice(1)}_`, "neither letter nor digit"],
    ["a line end", `${apiV3Secret}\n`, "white space at their end"],
    ["nothing", "", "nothing but white space"],
  ])("%s", (_name, text, says) => {
    for (const field of ["apiSecret", "apiV3Secret"] as const) {
      const verdict = secretTextProblem(field, text);
      expect(verdict).toMatchObject({ verdict: "refused", field });
      expect(verdict!.says).toContain(says);
      expect(verdict!.says).not.toContain(text.trim().slice(0, 31) || "no text");
    }
  });

  it("and one of 32 letters and digits is tried", () => {
    expect(secretTextProblem("apiSecret", apiV3Secret)).toBeUndefined();
  });
});
