import fc from "fast-check";
import { apiSecretText } from "../../provider/domain/api-secret-text";
import { MerchantCredentialsError } from "../../provider/errors";
import { privateKeyPem } from "../support/certificates";
import { refusalOf } from "../support/import-files";

const secret = "Abcdefghijklmnopqrstuvwxyz012345";

it.each([
  ["letters and digits", secret],
  ["digits only", "0123456789".repeat(4).slice(0, 32)],
  ["a line feed after it, as a file has", `${secret}\n`],
  ["a Windows line end after it", `${secret}\r\n`],
])("takes 32 characters: %s", (_name, text) => {
  expect(apiSecretText(text)).toBe(text.slice(0, 32));
});

const refused: [string, string, RegExp][] = [
  ["31 characters", secret.slice(1), /found 31 characters\)\. It looks cut off/],
  ["33 characters", `${secret}6`, /found 33 characters\)\. It is too long/],
  ["34 characters", `${secret}67`, /found 34 characters\)\. It is too long/],
  ["40 characters", `${secret}6789wxyz`, /found 40 characters\)\. It is too long/],
  [
    "40 hex digits",
    "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    /40 characters\)\. A certificate's serial number has 40/,
  ],
  ["1 character", "a", /found 1 character\)\. It looks cut off/],
  [
    "a symbol in it",
    `${secret.slice(0, 20)}_${secret.slice(21)}`,
    /32 characters, some of them neither letter nor digit/,
  ],
  ["a space in it", `${secret.slice(0, 20)} ${secret.slice(21)}`, /32 characters, some of them neither/],
  ["a letter of another alphabet", `${secret.slice(0, 31)}é`, /32 characters, some of them neither/],
  ["a character beyond the 16 bits", `${secret.slice(0, 31)}😀`, /32 characters, some of them neither/],
  [
    "two line ends after it",
    `${secret}\n\n`,
    /33 characters, with white space at their end\)\. Store the 32 characters alone/,
  ],
  ["a space after it", `${secret} `, /33 characters, with white space at their end/],
  ["a space in front", ` ${secret}`, /33 characters, with white space in front of them/],
  [
    "spaces around a shorter one",
    ` ${secret.slice(2)} `,
    /32 characters, with white space in front of them and at their end/,
  ],
  [
    "a line break in the middle",
    `${secret.slice(0, 16)}\n${secret.slice(16)}`,
    /33 characters, some of them neither/,
  ],
  ["quotation marks around it", `"${secret}"`, /34 characters, with quotation marks around them/],
  ["a JSON object", `{"apiSecret":"${secret}"}`, /found a JSON object\)\. Name the key/],
  ["a private key", privateKeyPem(), /found a private key\)/],
  ["nothing", "", /found nothing but white space/],
  ["a line end only", "\n", /found nothing but white space/],
];

describe("any other text is refused with its length, and none of its characters is shown:", () => {
  it.each(refused)("%s", (_name, text, says) => {
    const error = refusalOf(() => apiSecretText(text, "import"));
    expect(error.code).toBe("invalid-input");
    expect(error.message).toMatch(
      /^import: this is not a secret of WeChat Pay \(expected 32 characters, letters and/,
    );
    expect(error.message).toMatch(says);
    expect(error.message).not.toMatch(/bcd|yz0|_|é|😀|F09E|BEGIN|MII/);
  });

  it("on the argument that it is told", () => {
    expect(refusalOf(() => apiSecretText("x", "adopt.apiSecret")).details.property).toBe("adopt.apiSecret");
  });
});

it("whatever the text, it is taken as it is, but for one line end, or refused", () => {
  const character = fc.constantFrom("a", "Z", "7", "-", " ", "\n", "\r", '"', "é", "{");
  const text = fc.array(character, { minLength: 28, maxLength: 36 }).map((all) => all.join(""));
  const almost = fc.tuple(
    fc.stringMatching(/^[0-9A-Za-z]{32}$/),
    fc.constantFrom("", "\n", "\r\n", "\r", " "),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        almost.map((parts) => parts.join("")),
      ),
      (given) => {
        const expected = /^([0-9A-Za-z]{32})(\r?\n)?$/.exec(given)?.[1];
        try {
          expect(apiSecretText(given)).toBe(expected);
        } catch (error) {
          if (!(error instanceof MerchantCredentialsError)) throw error;
          expect(expected).toBeUndefined();
        }
      },
    ),
  );
});
