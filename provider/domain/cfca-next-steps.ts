import { bothZones } from "./calendar";
import { codesEndingFrom, codesValidUntil, type ApplicationStage } from "./cfca-application";
import { stageOf, type Thresholds } from "./lifecycle";

/** What the words of the steps depend on. */
export interface CfcaStepContext {
  merchantId: string;
  logicalName: string;
  /** Of the files that are exported; letters only. */
  exportName: string;
  /** Where the letters come from. */
  sender?: string | undefined;
  /** Undefined while no application is open. */
  stage: ApplicationStage | undefined;
  /** The day of the open letter; `codesIssuedAt` of the program where it is not spent. */
  openCodes: string | undefined;
  /** Whether the program says where the exported key is. */
  hasPfx: boolean;
  /** The certificate that serves. */
  serving?: { serialNumber: string; notBefore: Date; notAfter: Date; isCompromised: boolean } | undefined;
  /** Serial numbers of compromised certificates that serve no more and have not ended. */
  toRevoke?: readonly string[];
  thresholds: Thresholds;
  /** The platform's own certificate, as the program declares it. */
  platform?: { serialNumber: string; notAfter: Date } | undefined;
  now: Date;
}

/** Days before its end from which another certificate of the platform is asked for. */
export const platformRenewalDays = 60;

/**
 * What only people can do, in order, in the words of the open platform. Source: docs/geoswift-steps.md. Each is short,
 * because the engine cuts texts of over 150 bytes in its list of outputs.
 */
export function cfcaNextSteps(context: CfcaStepContext): string[] {
  return [...revocation(context), ...replacement(context), ...platformSteps(context)];
}

function replacement(context: CfcaStepContext): string[] {
  const { stage, serving, now } = context;
  if (!stage) return [];
  const steps = stageSteps[stage](context);
  const deadline = serving && serving.notAfter > now && !serving.isCompromised ? serving.notAfter : undefined;
  // The codes end earlier, and say so themselves.
  return deadline && stage !== "letters-received" && steps.length > 0
    ? [`The certificate that serves ends ${bothZones(deadline)}; before that:`, ...steps]
    : steps;
}

const apply = ({ logicalName, sender }: CfcaStepContext): string[] => [
  "Apply for the CFCA certificate with your business manager.",
  `Two letters come by mail, from ${sender ?? "the address that your business manager names"}: check the sender.`,
  "One letter has the two codes, valid for 14 days; the other is the manual.",
  `Set \`codesIssuedAt\` of "${logicalName}" to the day of the letter with the codes, never the codes; run pulumi up.`,
];

const stageSteps: Readonly<Record<ApplicationStage, (context: CfcaStepContext) => string[]>> = {
  requested: (context) => [...(context.serving ? [] : activatePortal(context)), ...apply(context)],
  "letters-received": ({ openCodes, logicalName, now }) => {
    const until = bothZones(codesValidUntil(openCodes!));
    const isEnding = now >= codesEndingFrom(openCodes!);
    return [
      isEnding ? `Only until ${until}: the two codes end then.` : `The two codes are valid until ${until}.`,
      "On a computer with Windows, open CFCA's download page, as the manual says.",
      "Type in the reference number and the authorization code from the letter.",
      `CSP: soft certificate (${softCertificate}). Download.`,
      `Set \`downloadedAt\` of "${logicalName}" to that day; run pulumi up.`,
    ];
  },
  "codes-expired": (context) => [
    `The two codes ended ${bothZones(codesValidUntil(context.openCodes!))}: ask technical support of the open platform for new ones.`,
    `When the new letter is there, set \`codesIssuedAt\` of "${context.logicalName}" to its day; run pulumi up.`,
    `If they were used in time, set \`downloadedAt\` instead; if the letter is an old one, remove \`codesIssuedAt\`.`,
  ],
  downloaded: ({ exportName, logicalName }) => [
    "On the computer with the certificate, export the public key: Base64 encoded X.509 (.CER), the second option,",
    `to a file with letters only in its name: ${exportName}.cer`,
    "Export the private key: set a password first,",
    `to a file with letters only in its name: ${exportName}.pfx`,
    `Upload ${exportName}.cer in the merchant backend portal.`,
    `Set its text as \`certificate\` of "${logicalName}", \`pfx\` and \`password\` by reference; run pulumi up.`,
    "Then delete the .pfx and take the key off that computer.",
  ],
  exported: ({ hasPfx, exportName, logicalName }) =>
    hasPfx
      ? []
      : [
          `Give "${logicalName}" its key: \`pfx: { file: "${exportName}.pfx" }\` and \`password: { env: "…" }\`, say; run pulumi up.`,
          "Then delete the .pfx and take the key off the computer that it comes from.",
        ],
};

/** Source: Geoswift open platform, "Rapid Development". */
const softCertificate = "Microsoft Enhanced Cryptographic Provider V1.0";

function activatePortal({ merchantId }: CfcaStepContext): string[] {
  return [
    `Activate the merchant backend portal of ${merchantId} by the link in the activation mail.`,
    "The link expires: your business manager sends another one.",
  ];
}

function revocation({ serving, toRevoke = [], logicalName }: CfcaStepContext): string[] {
  const leaked = [...(serving?.isCompromised ? [serving.serialNumber] : []), ...toRevoke];
  if (leaked.length === 0) return [];
  return [
    ...leaked.map(
      (serialNumber) => `Have technical support of the open platform revoke certificate ${serialNumber}.`,
    ),
    "Have the business manager stop what was signed with it.",
    ...(serving?.isCompromised
      ? []
      : [`Then remove \`compromised\` from "${logicalName}": the vault keeps the mark.`]),
  ];
}

function platformSteps({ platform, logicalName, now }: CfcaStepContext): string[] {
  if (!platform || stageOf(validity(platform), platformThresholds, now) === "healthy") return [];
  const { serialNumber, notAfter } = platform;
  return [
    `The platform's certificate ${serialNumber} ${notAfter > now ? "ends" : "ended"} ${bothZones(notAfter)}.`,
    "Ask technical support of the open platform for its new .cer (it is in the SDK demo).",
    `Set its text as \`platformCertificate\` of "${logicalName}"; run pulumi up.`,
  ];
}

/** The stages of the platform's certificate; the program's own thresholds are for the merchant's. */
export const platformThresholds: Thresholds = { renewBeforeDays: platformRenewalDays, failBeforeDays: 7 };

export function validity({ notAfter }: { notAfter: Date }): { notBefore: Date; notAfter: Date } {
  return { notBefore: notAfter, notAfter };
}
