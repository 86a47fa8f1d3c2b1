import { certificateNextSteps } from "../../provider/domain/certificate-next-steps";
import { secretNextSteps } from "../../provider/domain/next-steps";

/** A stack's state as `pulumi stack export` writes it, made up for tests. */
export interface ExportedResource {
  urn: string;
  type: string;
  custom: boolean;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  [more: string]: unknown;
}

const typeOf = (className: string): string => `pulumi-nodejs:dynamic/merchantCredentials:${className}`;

function resource(className: string, name: string, outputs: Record<string, unknown>): ExportedResource {
  const type = typeOf(className);
  const inputs = { merchantId: "1900000109", logicalName: name };
  return {
    urn: `urn:pulumi:prod::shop::merchantCredentials:index:Merchant$${type}::${name}`,
    type,
    custom: true,
    id: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/${name}-AbCdEf`,
    inputs,
    outputs: { ...inputs, unmet: [], drift: [], nextSteps: [], lease: "00", ...outputs },
  };
}

/** A certificate of 61 days that serves, from 2026-11-22T12:00:00Z on. */
export function certificate(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("MerchantCertificate", "shop-certificate", {
    status: "active",
    secretArn:
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf",
    current: { notBefore: "2026-11-22T12:00:00Z", notAfter: "2027-01-22T12:00:00Z", versionId: "c1" },
    pending: null,
    ...outputs,
  });
}

/** An API secret that serves. */
export function apiSecret(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("ApiSecret", "shop-api-secret", {
    status: "active",
    secretArn:
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/apiSecret-AbCdEf",
    current: { versionId: "a1", since: "2026-11-22T12:00:00Z" },
    pending: null,
    failsFrom: null,
    ...outputs,
  });
}

/** An APIv3 secret that serves. */
export function apiV3Secret(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("ApiV3Secret", "shop-api-v3-secret", {
    status: "active",
    current: { versionId: "v1", since: "2026-11-22T12:00:00Z" },
    pending: null,
    failsFrom: null,
    ...outputs,
  });
}

/** A merchant's key that serves. */
export function merchantKey(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("MerchantKey", "shop-merchant-key", {
    status: "active",
    current: { versionId: "k1", since: "2026-11-22T12:00:00Z", publicKeySha256: "00" },
    pending: null,
    previous: null,
    previousVersionId: null,
    overlapUntil: null,
    failsFrom: null,
    ...outputs,
  });
}

/** Platform certificates of which the last ends on 2027-01-22. */
export function platformCertificates(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("PlatformCertificates", "shop-platform-certificates", {
    status: "active",
    validUntil: "2027-01-22T12:00:00Z",
    askFrom: "2026-12-01T12:00:00Z",
    checkEveryHours: 12,
    warnBeforeDays: 30,
    ...outputs,
  });
}

/** A platform public key that serves. */
export function platformPublicKey(outputs: Record<string, unknown> = {}): ExportedResource {
  return resource("PlatformPublicKey", "shop-platform-public-key", {
    status: "active",
    current: { versionId: "k1", publicKeyId: "PUB_KEY_ID_1", publicKeySha256: "00" },
    askFrom: null,
    ...outputs,
  });
}

export const waitingVersion = "3f1c9a52".repeat(8);

/** A certificate whose replacement is asked for. */
export const requested = certificate({
  status: "renewal-requested",
  pending: { versionId: "p1", since: "2026-11-23T12:00:00Z" },
  nextSteps: certificateNextSteps({
    logicalName: "shop-certificate",
    merchantId: "1900000109",
    fingerprint: "182463370c4d207d",
    action: "replace",
    deadline: new Date("2027-01-22T12:00:00Z"),
  }),
});
/** An API secret whose next value waits; runs fail from 2026-12-15 on. */
export const waiting = apiSecret({
  status: "rotation-pending",
  pending: { versionId: waitingVersion, since: "2026-12-01T00:00:00Z" },
  failsFrom: "2026-12-15T00:00:00Z",
  nextSteps: secretNextSteps({
    kind: "apiSecret",
    logicalName: "shop-api-secret",
    merchantId: "1900000109",
    secretName: "merchants/1900000109/apiSecret",
    region: "eu-central-1",
    versionId: waitingVersion,
    deadline: new Date("2026-12-15T00:00:00Z"),
  }),
});

/** What stands in a state beside credentials. */
export const others: ExportedResource[] = [
  {
    urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
    type: "pulumi:pulumi:Stack",
    custom: false,
    inputs: {},
    outputs: {},
  },
  {
    urn: "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::logs",
    type: "aws:s3/bucket:Bucket",
    custom: true,
    inputs: {},
    outputs: {},
  },
];

export function stackExport(...resources: ExportedResource[]): string {
  const deployment = { manifest: { time: "2026-11-22T12:00:00Z" }, resources: [...others, ...resources] };
  return JSON.stringify({ version: 3, deployment }, null, 4);
}

/** The same state as a backend without a service keeps it in a file. */
export function stateFile(...resources: ExportedResource[]): string {
  const latest = { manifest: { time: "2026-11-22T12:00:00Z" }, resources: [...others, ...resources] };
  return JSON.stringify({ version: 3, checkpoint: { stack: "organization/shop/prod", latest } });
}
