import { X509Certificate } from "node:crypto";
import { certificateIssuedByWeChatPay } from "./certificates";
import { privateKeyPem } from "../../provider/domain/private-key";
import {
  fingerprintOfRequest,
  keyNumber,
  openRequests,
  requestsMade,
  servedCertificate,
  type Engine,
  type StoredSecret,
} from "./faults";
import type { Scenario } from "./faults-scenarios";

const up = (engine: Engine) => engine.up();

const issue =
  (validity: "annual" | "five-year" = "five-year") =>
  (engine: Engine) => {
    engine.bringCertificate(validity);
    return engine.up();
  };

/** 20 days before a one-year certificate ends. */
const dueAndBegun = (engine: Engine) => {
  engine.world.clock.advanceDays(345);
  return engine.up();
};

/** A certificate that WeChat Pay itself has issued, with the key that it made. */
function download(engine: Engine): Promise<boolean> {
  const { env, world } = engine.surroundings;
  const key = keyNumber(5);
  env.MERCHANT_KEY = privateKeyPem(key);
  const notAfter = new Date(world.clock.now().getTime() + 500 * 24 * 60 * 60 * 1000);
  const validity = { notBefore: new Date("2018-03-01"), notAfter };
  engine.declare(certificateIssuedByWeChatPay({ key, signedBy: keyNumber(0), ...validity }));
  engine.change({ issuance: "download", import: { privateKey: { env: "MERCHANT_KEY" } } });
  return engine.up();
}

const upgrading = (engine: Engine) => engine.change({ issuance: "request" });

const upgradeBegun = (engine: Engine) => {
  upgrading(engine);
  return engine.up();
};

const serialOf = (engine: Engine, n: number) => new X509Certificate(engine.certificates[n]!).serialNumber;

/** As the Merchant Platform prints it; the n-th that people brought. */
const compromised = (n: number) => (engine: Engine) =>
  engine.change({ compromised: serialOf(engine, n).toLowerCase() });

const compromiseBegun = (engine: Engine) => {
  compromised(0)(engine);
  return engine.up();
};

const giveUp = (engine: Engine) => {
  const request = engine.state!.outputs.certificateRequest as string;
  engine.change({ abandonRequest: fingerprintOfRequest(request), merchantName: "Renamed Shop Ltd" });
};

const stillServes = /^compromised: certificate [0-9A-F]{40} still serves, and others have its key/;

interface End {
  /** The n-th certificate that people brought; undefined for the placeholder. */
  serves: number | undefined;
  open: 0 | 1;
  made: number;
  /** The certificates that never come back. */
  barred?: readonly number[];
  abandoned?: number;
}

const ends =
  ({ serves, open, made, barred = [], abandoned = 0 }: End) =>
  (secret: StoredSecret, engine: Engine): void => {
    const labels = secret.versions.flatMap((version) => version.labels);
    const served = serves === undefined ? undefined : engine.certificates[serves];
    expect(servedCertificate(secret)).toBe(served);
    expect([openRequests(secret).length, requestsMade(secret)]).toEqual([open, made]);
    const serials = barred.map((n) => serialOf(engine, n));
    expect(labels.filter((label) => label.startsWith("MC_COMPROMISED_"))).toEqual(
      serials.map((serial) => `MC_COMPROMISED_${serial}`),
    );
    for (const serial of serials) expect(labels).not.toContain(`MC_CERT_${serial}`);
    expect(labels.filter((label) => label.startsWith("MC_ABANDONED_"))).toHaveLength(abandoned);
  };

/** What people change once a certificate is in use: its kind, its trust, its request. */
export const transitionScenarios: readonly Scenario[] = [
  {
    name: "ask for the upgrade of a certificate that WeChat Pay has issued",
    before: [download],
    change: upgrading,
    reached: ends({ serves: 0, open: 1, made: 1 }),
  },
  {
    name: "complete the upgrade of a certificate that WeChat Pay has issued",
    before: [download, upgradeBegun],
    change: (engine) => engine.bringCertificate(),
    reached: ends({ serves: 1, open: 0, made: 1 }),
  },
  {
    name: "roll back an upgrade",
    before: [download, upgradeBegun, issue()],
    change: (engine) => engine.change({ certificate: engine.certificates[0]!, issuance: "download" }),
    reached: ends({ serves: 0, open: 0, made: 1 }),
  },
  {
    name: "call the certificate compromised that serves",
    before: [up, issue()],
    change: compromised(0),
    red: stillServes,
    reached: ends({ serves: 0, open: 1, made: 2, barred: [0] }),
  },
  {
    name: "call the certificate compromised that is due for renewal, with a request open",
    before: [up, issue("annual"), dueAndBegun],
    change: compromised(0),
    red: stillServes,
    reached: ends({ serves: 0, open: 1, made: 2, barred: [0] }),
  },
  {
    name: "replace a compromised certificate",
    before: [up, issue(), compromiseBegun],
    redBefore: stillServes,
    change: (engine) => engine.bringCertificate(),
    reached: ends({ serves: 1, open: 0, made: 2, barred: [0] }),
  },
  {
    name: "call the certificate compromised that serves, and declare its replacement",
    before: [up, issue("annual"), dueAndBegun],
    change: (engine) => {
      compromised(0)(engine);
      engine.bringCertificate();
    },
    reached: ends({ serves: 1, open: 0, made: 2, barred: [0] }),
  },
  {
    name: "call a certificate compromised that was replaced",
    before: [up, issue("annual"), dueAndBegun, issue()],
    change: compromised(0),
    reached: ends({ serves: 1, open: 0, made: 2, barred: [0] }),
  },
  {
    name: "give up the first request",
    before: [up],
    change: giveUp,
    reached: ends({ serves: undefined, open: 1, made: 2, abandoned: 1 }),
  },
  {
    name: "give up the request of a renewal",
    before: [up, issue("annual"), dueAndBegun],
    change: giveUp,
    reached: ends({ serves: 0, open: 1, made: 3, abandoned: 1 }),
  },
];
