import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createCertificateAuthority } from "./certificate-authority";
import { downloadMerchant } from "./existing-merchant";
import { PlatformRefusal } from "./refusal";
import { loadOrCreateCertificateAuthority } from "./saved-authority";

const help = `Play the WeChat Pay Merchant Platform by hand: request string in, certificate out.

Usage:
  merchant-platform sign --merchant-id ID [options] < request.pem > certificate.pem
  merchant-platform chain --folder DIR
  merchant-platform download --merchant-id ID --merchant-name NAME --to DIR

Commands:
  sign      print the certificate for a certificate request
  chain     print the certificates of the CA kept in DIR: the issuer's, then the root's
  download  put into DIR what a merchant in business has: ID.zip as downloaded from the platform,
            apiclient_cert.pem, api-secret.txt and apiv3-secret.txt; files that are there stay

Options of sign:
  --merchant-id ID      the merchant that is logged in, 8 to 10 digits
  --merchant-name NAME  name in the certificate (default: the one in the request)
  --request FILE        the certificate request (default: standard input)
  --days N              valid for N days
  --not-after DATE      valid until, ISO 8601, such as 2031-05-01 or 2031-05-01T12:00:00Z
                        (default: five years from now)
  --folder DIR          keep the CA in DIR, so that the next call uses the same one
                        (default: a new CA for this call)

Exit status: 0 signed, 1 refused, 2 wrong usage.
The CA is a sandbox's: nobody but this sandbox trusts its certificates.
`;

export interface Terminal {
  readStandardInput(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  now(): Date;
}

class UsageError extends Error {}

/** The exit status of `merchant-platform <args>`. */
export async function runCommand(args: string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const { command, options } = parse(args);
    if (options.help || command === "help") terminal.out(help);
    else if (command === "sign") terminal.out(await sign(options, terminal));
    else if (command === "chain") terminal.out(chain(options));
    else if (command === "download") download(options, terminal);
    else
      throw new UsageError(
        command ? `Unknown command "${command}".` : "Which command: sign, chain or download?",
      );
    return 0;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UsageError) {
      terminal.err(`${message}\nTry: merchant-platform --help\n`);
      return 2;
    }
    terminal.err(error instanceof PlatformRefusal ? `Refused: ${message}\n` : `${message}\n`);
    return 1;
  }
}

function parse(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        "merchant-id": { type: "string" },
        "merchant-name": { type: "string" },
        request: { type: "string" },
        days: { type: "string" },
        "not-after": { type: "string" },
        folder: { type: "string" },
        to: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (positionals.length > 1)
      throw new UsageError("Only one command at a time; a file is given by --request.");
    return { command: positionals[0], options: values };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

type Options = ReturnType<typeof parse>["options"];

async function sign(options: Options, terminal: Terminal): Promise<string> {
  const merchantId = merchantIdIn(options);
  const notAfter = endOfValidity(options, terminal.now());
  const request = options.request
    ? readFileSync(options.request, "utf8")
    : await terminal.readStandardInput();
  const { folder } = options;
  const now = () => terminal.now();
  const authority = folder
    ? loadOrCreateCertificateAuthority({ folder, now })
    : createCertificateAuthority({ now });
  return authority.issue(request, { merchantId, merchantName: options["merchant-name"], notAfter });
}

function merchantIdIn({ "merchant-id": merchantId }: Options): string {
  if (!merchantId) throw new UsageError("--merchant-id is missing.");
  if (!/^\d{8,10}$/.test(merchantId)) throw new UsageError("--merchant-id must have 8 to 10 digits.");
  return merchantId;
}

function download(options: Options, terminal: Terminal): void {
  const { "merchant-name": merchantName, to } = options;
  const merchantId = merchantIdIn(options);
  if (!merchantName) throw new UsageError("--merchant-name is missing.");
  if (!to) throw new UsageError("--to is missing.");
  downloadMerchant(to, { merchantId, merchantName, now: () => terminal.now() });
}

function chain({ folder }: Options): string {
  if (!folder) throw new UsageError("--folder is missing.");
  return loadOrCreateCertificateAuthority({ folder }).chainPem;
}

function endOfValidity(options: Options, now: Date): Date | undefined {
  const { days, "not-after": notAfter } = options;
  if (days !== undefined && notAfter !== undefined) {
    throw new UsageError("Give --days or --not-after, not both.");
  }
  if (days !== undefined) {
    if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError("--days must be a whole number from 1 to 99999.");
    return new Date(now.getTime() + Number(days) * 24 * 60 * 60 * 1000);
  }
  if (notAfter === undefined) return undefined;
  const end = new Date(notAfter);
  if (!/^\d{4}-\d\d-\d\d/.test(notAfter) || Number.isNaN(end.getTime())) {
    throw new UsageError("--not-after must be an ISO 8601 date, such as 2031-05-01.");
  }
  return end;
}
