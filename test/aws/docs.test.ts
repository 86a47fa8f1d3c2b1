import fs from "node:fs";
import path from "node:path";
import { readerPolicy } from "../../provider/aws/reader-policy";

/** The policy in a section of a guide; a list of one is written as its member. */
function policyIn(page: string, heading: string): unknown {
  const text = fs.readFileSync(path.join(__dirname, "..", "..", "docs", page), "utf8");
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split("\n## ", 2)[1]!;
  return plain(JSON.parse(/```json\n([\s\S]*?)```/.exec(section)![1]!));
}

function plain(document: unknown): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      key !== "Statement" && Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value,
    ),
  );
}

const secret = (name: string) =>
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/${name}`;
const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const certificate = {
  secretArn: secret("certificate-AbCdEf"),
  kmsKeyId,
  credentialKind: "certificate",
} as const;
const apiV3Secret = {
  secretArn: secret("apiV3Secret-GhIjKl"),
  kmsKeyId,
  credentialKind: "apiV3Secret",
} as const;

it("docs/aws.md shows the whole document as it is written", () => {
  const policy = readerPolicy({ credentials: [certificate, apiV3Secret] });
  expect(policyIn("aws.md", "The whole document")).toEqual(plain(policy));
});

it("docs/iam.md shows by hand what a reader of one certificate writes", () => {
  const policy = readerPolicy({ credentials: [certificate] });
  expect(policyIn("iam.md", "An application that reads its credential")).toEqual(plain(policy));
});
