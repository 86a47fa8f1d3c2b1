/** How a handler reaches the vault. Credentials come from the SDK's default chain, never from here. */
export interface Connection {
  region: string;
  /** A profile of the shared AWS configuration files. */
  profile?: string;
  assumeRole?: AssumeRole;
  /** Added to what the SDK says of itself; CloudTrail keeps it as `userAgent`. */
  userAgent?: string;
  /** `https`, or `http` on loopback for a local stand-in. */
  endpoint?: string;
}

export interface AssumeRole {
  roleArn: string;
  /** Default `merchant-credentials`; shows in CloudTrail. */
  sessionName?: string;
  externalId?: string;
  /** Seconds, 900 to 43,200. Default: the role's own. */
  durationSeconds?: number;
}
