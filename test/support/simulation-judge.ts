import { day, type Issued } from "./simulation-platform";

/** What the people of a merchant have written into the program. */
export interface Program {
  certificate?: Issued;
  issuance: "request" | "download";
  /** The key that `import` leads to, by its fingerprint. */
  imports?: string;
  /** What `compromised` names. */
  compromised?: Issued;
  /** The fingerprint that `abandonRequest` names. */
  abandonRequest?: string;
}

export interface Verdict {
  /** Why the run has to be red; empty where it has to be green. */
  reasons: readonly string[];
  /** Check has to refuse the program, and nothing may happen. */
  refused: boolean;
  /** The next request has to be out. */
  requested: boolean;
  /** How far the serving certificate is: 0 none, 1 healthy, 2 from 60 days before its end, 3 from 7, 4 expired. */
  stage: number;
}

const requestDays = 60;
const redDays = 7;

/**
 * The rules of DESIGN, section 7, told once more without a line of the product: what has to serve after a nightly
 * run, and whether the run has to be red. It knows what people did, and never looks into the vault.
 */
export class Judge {
  /** What has to be current. */
  current: Issued | undefined;
  private readonly served = new Set<Issued>();
  private readonly barred = new Set<string>();
  private readonly givenUp = new Set<string>();

  constructor(private readonly merchantId: string) {}

  isBarred({ key }: Issued): boolean {
    return this.barred.has(key);
  }

  night(now: number, program: Program): Verdict {
    const refusal = this.refusal(program);
    if (refusal) return { ...this.needs(now, program), reasons: [refusal], refused: true, requested: false };
    const reasons: string[] = [];
    const { certificate: declared, compromised, abandonRequest } = program;
    if (compromised && this.served.has(compromised)) this.barred.add(compromised.key);
    if (abandonRequest) this.givenUp.add(abandonRequest);

    if (declared && declared !== this.current) {
      const misfit = this.misfit(declared, program, now);
      if (misfit) reasons.push(misfit);
      else {
        this.current = declared;
        this.served.add(declared);
      }
    }
    const { current } = this;
    if (compromised && !this.served.has(compromised)) reasons.push("compromised: unknown");
    if (current && !declared) reasons.push("withdrawn");
    if (current && this.isBarred(current)) reasons.push("compromised");
    const needs = this.needs(now, program);
    if (needs.stage === 4) reasons.push("expired");
    if (needs.stage === 3) reasons.push("late");
    return { ...needs, reasons, refused: false };
  }

  private refusal({ certificate, issuance, imports }: Program): string | undefined {
    if (imports && !certificate) return "import without certificate";
    if (!certificate) return undefined;
    if (!certificate.byWechatPay && certificate.merchantId !== this.merchantId) return "another merchant's";
    return isOfOtherKind(certificate, issuance) && issuance === "download" ? "of the other kind" : undefined;
  }

  private misfit(declared: Issued, { imports, issuance }: Program, now: number): string | undefined {
    // One that WeChat Pay has issued may serve while it is upgraded, and so only the vault can refuse it.
    if (isOfOtherKind(declared, issuance)) return "of the other kind";
    if (declared.notBefore > now) return "not valid yet";
    if (declared.notAfter <= now) return "expired before it served";
    if (this.barred.has(declared.key)) return "declared: compromised";
    if (this.served.has(declared)) return undefined;
    // The platform has signed it for the one request that was out.
    if (declared.from === "request" && !this.givenUp.has(declared.key)) return undefined;
    const { current } = this;
    if (current?.key === declared.key && current.notAfter < declared.notAfter) return undefined;
    return imports === declared.key ? undefined : "its key is not in the vault";
  }

  private needs(now: number, program: Program): Pick<Verdict, "stage" | "requested"> {
    const { current } = this;
    const { issuance, certificate, imports } = program;
    if (!current) return { stage: 0, requested: issuance === "request" && !imports };
    const { notAfter } = current;
    const from = [-Infinity, notAfter - requestDays * day, notAfter - redDays * day, notAfter];
    const stage = from.filter((time) => now >= time).length;
    const wanted = stage > 1 || current.byWechatPay || this.isBarred(current);
    // An import that cannot be carried out ends the run before it asks for a certificate.
    const stopped = imports !== undefined && certificate !== current;
    return { stage, requested: wanted && issuance === "request" && !stopped };
  }
}

function isOfOtherKind({ byWechatPay }: Issued, issuance: Program["issuance"]): boolean {
  return byWechatPay !== (issuance === "download");
}
