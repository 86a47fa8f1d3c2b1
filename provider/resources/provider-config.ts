/** What a Provider may say, and the key under which each is registered: the engine looks keys up by `name:key`. */
export const providerConfigKeys = {
  region: "merchant-credentials:region",
  profile: "merchant-credentials:profile",
  assumeRole: "merchant-credentials:assumeRole",
  endpoint: "merchant-credentials:endpoint",
  secretPrefix: "merchant-credentials:secretPrefix",
  kmsKeyId: "merchant-credentials:kmsKeyId",
  tags: "merchant-credentials:tags",
  replicaRegions: "merchant-credentials:replicaRegions",
  recoveryWindowInDays: "merchant-credentials:recoveryWindowInDays",
  deletionProtection: "merchant-credentials:deletionProtection",
  onExpiry: "merchant-credentials:onExpiry",
} as const;

export type ProviderSetting = keyof typeof providerConfigKeys;
