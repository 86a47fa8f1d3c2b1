import { bothZones } from "./calendar";
import { confirm, openApiSecurity, signIn } from "./next-steps";
import { validAtOnce, type PlatformAction } from "./platform-actions";

/** What the exact words depend on. */
export interface StepContext {
  logicalName: string;
  merchantId: string;
  action: PlatformAction;
  /** Of the open request's key; undefined while there is no request. */
  fingerprint?: string;
  /** Whether the program has the certificate downloaded instead of making a request. */
  isDownloaded?: boolean;
  /** When the current certificate stops working; undefined before the first and after expiry. */
  deadline?: Date;
  /** Whether the last days have come, or have gone. */
  isLate?: boolean;
  /** When the platform begins to offer the action, where that is still to come. */
  offeredFrom?: Date;
  /** When the platform stops offering it. */
  offeredUntil?: Date;
  /** What OperatingCertificates says; undefined where the program does not tell. */
  operatingCertificate?: "valid" | "none";
  /** Whether as many certificates are valid as the platform allows. */
  isFull?: boolean;
  /** Serial number of the current certificate, where it is compromised. */
  compromised?: string;
}

/** The button for each action below API Security, in English and as the platform shows it. */
const buttons: Readonly<Record<PlatformAction, string>> = {
  apply: "Apply (申请证书)",
  download: "Download Certificate (下载证书)",
  renew: "Renew Certificate (续期证书)",
  upgrade: "Upgrade Certificate (升级证书)",
  "upgrade-expired": "Upgrade Certificate (升级证书; or 续期证书)",
  change: "Change Certificate (更换证书)",
  replace: "Apply (申请证书)",
};

/**
 * The clicks that only a person may do, in order. Source: docs/wechat-pay-steps.md, which cites the platform's
 * pages. Each is short, because the engine cuts texts of over 150 bytes in its list of outputs.
 */
export function certificateNextSteps(context: StepContext): string[] {
  return stepRules.flatMap((rule) => rule(context));
}

type StepRule = (context: StepContext) => string[];

const isFirst = ({ action }: StepContext): boolean => action === "apply" || action === "download";

const stepRules: readonly StepRule[] = [
  (context) =>
    context.operatingCertificate === "none" && !isFirst(context)
      ? [
          "First install an operating certificate, none is valid: Account Setting > Operating Certificate (操作证书) > Install.",
        ]
      : [],
  ({ action, fingerprint, isDownloaded, logicalName }) => {
    if (fingerprint || action === "download") return [];
    const setting = isDownloaded ? `Set \`issuance: "request"\` of "${logicalName}", and run` : "Run";
    return [`${setting} pulumi up: it makes the request to hand in.`];
  },
  // What is compromised is replaced now, however long it would last.
  ({ merchantId, deadline, compromised }) => [signIn(merchantId, compromised ? undefined : deadline)],
  (context) =>
    context.action === "renew" && context.operatingCertificate !== "none"
      ? ["Use a computer on which an operating certificate is installed."]
      : [],
  ({ isFull }) =>
    isFull
      ? [
          `At most ${validAtOnce} can be valid: unless one is revoked already, first revoke one that signs nothing (管理证书 > 作废).`,
        ]
      : [],
  ({ action, offeredFrom, offeredUntil }) => [
    `${openApiSecurity}: ${buttons[action]}.`,
    ...(offeredFrom ? [`The platform shows that button from ${bothZones(offeredFrom)}.`] : []),
    ...(offeredUntil ? [`The platform shows that button until ${bothZones(offeredUntil)}.`] : []),
  ],
  ({ action, fingerprint }) =>
    action === "download"
      ? [`Unpack the zip; ${confirm} where the platform asks for them.`]
      : [`Paste the output certificateRequest${fingerprint ? ` (key ${fingerprint})` : ""}; ${confirm}.`],
  ({ action, logicalName }) => [
    action === "download"
      ? `Set apiclient_cert.pem as \`certificate\` and \`import: { zip }\` of "${logicalName}"; run pulumi up.`
      : `Set the certificate string that comes back as \`certificate\` of "${logicalName}" (it is public); run pulumi up.`,
  ],
  ({ compromised }) => (compromised ? revocation([compromised]) : []),
  ({ isLate, deadline, action }) =>
    isLate
      ? [
          `${deadline ? `From ${bothZones(deadline)} on` : "Until the new one is current"}, ${stoppingApis(action)} fail.`,
        ]
      : [],
];

/** What is left to do by a person for compromised certificates that serve no more. */
export function revocationSteps(context: {
  logicalName: string;
  merchantId: string;
  serialNumbers: readonly string[];
  /** Whether nothing else is left to do. */
  isLast: boolean;
}): string[] {
  return [
    signIn(context.merchantId, undefined),
    `${openApiSecurity} > 管理证书.`,
    ...revocation(context.serialNumbers),
    ...(context.isLast
      ? [
          `Remove \`compromised\` from "${context.logicalName}": the vault keeps the mark and never lets it come back.`,
        ]
      : []),
  ];
}

function revocation(serialNumbers: readonly string[]): string[] {
  return [
    ...serialNumbers.map((serialNumber) => `Revoke (作废) certificate ${serialNumber}; ${confirm}.`),
    "In the same place a revoked one can be restored (恢复) for 7 days.",
  ];
}

/** What needs the API certificate; one that WeChat Pay has issued is not for APIv3. Source: "API certificate". */
function stoppingApis(action: PlatformAction): string {
  const all = "Refund, Red Packet, Company Payment";
  return action === "upgrade" ? all : `${all} and all APIv3 requests`;
}

/** What stops when a certificate has expired. */
export const expiryConsequence =
  "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";
