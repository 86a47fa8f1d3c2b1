import { isoTime } from "../domain/calendar";
import { certificateHealth } from "./certificate-health";
import { cfcaCertificateHealth } from "./cfca-certificate-health";
import type { CredentialStatus } from "./exit-codes";
import type { Finding } from "./finding";
import { operatingCertificatesHealth } from "./operating-certificates-health";
import { platformCertificatesHealth } from "./platform-certificates-health";
import { platformPublicKeyHealth } from "./platform-public-key-health";
import { printable } from "./printable";
import { Recorded } from "./recorded";
import { merchantKeyHealth, secretHealth } from "./secret-health";
import type { ExportedCredential } from "./stack-export";

/** One credential as `status` tells of it; the members are those of its JSON. All of it is public. */
export interface CredentialReport {
  urn: string;
  /** Null where it is encrypted in the state, or none. */
  merchantId: string | null;
  /** The word of tags and secret names, or a class that this release does not know. */
  kind: string;
  /** The resource's name in the program. */
  name: string;
  status: CredentialStatus;
  /** What the resource's output `status` says; it may be older than the clock. */
  recordedStatus: string | null;
  secretArn: string | null;
  /** Who issued the certificate that serves: `wechat-pay` or `certificate-authority`; null for other kinds. */
  issuedBy: string | null;
  who: Finding["who"];
  what: string | null;
  /** ISO 8601, UTC. */
  deadline: string | null;
  /** Why the last run failed, and what a refresh found changed. */
  reasons: string[];
  nextSteps: string[];
}

interface Kind {
  kind: string;
  health: (recorded: Recorded, now: Date) => Finding | undefined;
}

const kinds: Readonly<Record<string, Kind>> = {
  MerchantCertificate: { kind: "certificate", health: certificateHealth },
  ApiSecret: { kind: "apiSecret", health: secretHealth },
  ApiV3Secret: { kind: "apiV3Secret", health: secretHealth },
  MerchantKey: { kind: "merchantKey", health: merchantKeyHealth },
  CfcaCertificate: { kind: "cfcaCertificate", health: cfcaCertificateHealth },
  PlatformCertificates: { kind: "platformCertificates", health: platformCertificatesHealth },
  PlatformPublicKey: { kind: "platformPublicKey", health: platformPublicKeyHealth },
  OperatingCertificates: { kind: "operatingCertificates", health: operatingCertificatesHealth },
};

/** How each credential stands at a time, in the order of the state. Pure. */
export function inspect(credentials: readonly ExportedCredential[], now: Date): CredentialReport[] {
  return credentials.map((credential) => {
    const recorded = new Recorded(credential);
    const kind = Object.hasOwn(kinds, credential.className) ? kinds[credential.className] : undefined;
    const finding = kind
      ? (kind.health(recorded, now) ??
        undecided("look at the resource: its state does not tell how it stands"))
      : undecided("use a newer merchant-credentials: this one does not know the kind");
    return {
      urn: printable(credential.urn),
      merchantId: word(recorded.text("merchantId")) ?? null,
      kind: kind?.kind ?? word(credential.className) ?? "unknown",
      name: recorded.text("logicalName") ?? printable(credential.urn.split("::").at(-1)!),
      status: finding.status,
      recordedStatus: recorded.text("status") ?? null,
      secretArn: recorded.text("secretArn") ?? null,
      issuedBy: word(recorded.memberText("current", "issuedBy")) ?? null,
      who: finding.who,
      what: finding.what,
      deadline: finding.deadline && isoTime(finding.deadline),
      reasons: [...recorded.firstLines("unmet"), ...recorded.firstLines("drift")],
      nextSteps: recorded.texts("nextSteps"),
    };
  });
}

/** A line that begins with it cannot be taken for a command: CI systems read their own from what is printed. */
function word(text: string | undefined): string | undefined {
  return text !== undefined && /^\w[\w.-]{0,63}$/.test(text) ? text : undefined;
}

function undecided(what: string): Finding {
  return { status: "unknown", who: "operator", what, deadline: null };
}
