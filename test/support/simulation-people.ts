import type { JsonObject } from "../../provider/resources/resource-handlers";
import type { Program } from "./simulation-judge";
import { day, type Issued, type MerchantAccount } from "./simulation-platform";
import type { Random } from "./simulation-random";

/** How a person takes a request. */
export type Mood = "early" | "usual" | "late" | "absent" | "wrong";

/** The moment from which the program declares a certificate that fits. */
export interface Answer {
  at: number;
  certificate: Issued;
  mood: Mood;
  isRenewal: boolean;
}

/** A time of a day on which somebody does something, and what the last run has put out by then. */
export interface Moment {
  /** Days since the first night. */
  on: number;
  at: number;
  seen: JsonObject;
  serving: Issued | undefined;
}

interface Task {
  on: number;
  act: (moment: Moment) => void;
}

/** What a merchant's people are like. */
export interface Character {
  moods: readonly (readonly [Mood, number])[];
  /** Prefers to prolong the key where the platform offers it. */
  renews: boolean;
  /** The day on which a certificate that was downloaded is to be upgraded. */
  upgradeOn?: number;
  compromiseOn?: number;
  withdrawOn?: number;
}

export interface Surroundings {
  random: Random;
  account: MerchantAccount;
  /** Certificates that somebody may paste by mistake. */
  mistakes: ((at: number) => Issued)[];
}

/**
 * The people of one merchant: each day they look at what the last run put out, and change the program, or not. They
 * go by `nextSteps`, and do one errand after the other; only a compromise cannot wait.
 */
export class People {
  readonly answers: Answer[] = [];
  readonly did = { abandoned: 0, rolledBack: 0, compromised: 0, mistaken: 0, withdrawn: 0, upgraded: 0 };
  /** Renewals that `nextSteps` offered and the platform did not. */
  misled = 0;
  /** Requests whose key nobody waits for any more. */
  readonly closed = new Set<string>();
  private errand: Task[] = [];
  private rollBackOn = Infinity;
  private barredAttempt: Issued | undefined;
  private tidyOn = Infinity;

  constructor(
    readonly program: Program,
    private readonly character: Character,
    private readonly surroundings: Surroundings,
  ) {}

  live(on: number, at: number, seen: JsonObject): void {
    const moment = { on, at, seen, serving: this.surroundings.account.find(seen.serialNumber) };
    if (on >= (this.character.compromiseOn ?? Infinity)) this.declareCompromise(moment);
    if (this.errand.length === 0) this.errand = this.nextErrand(moment);
    while (this.errand[0] && this.errand[0].on <= on) this.errand.shift()!.act(moment);
  }

  private nextErrand(moment: Moment): Task[] {
    const { program, character } = this;
    const { on, seen, serving } = moment;
    if (on >= this.tidyOn) this.tidy(moment);
    if (on >= (character.upgradeOn ?? Infinity) && program.issuance === "download") this.upgrade();
    if (typeof seen.certificateRequest === "string") return this.answering(moment);
    if (!serving) return [];
    const barred = this.barredAttempt;
    if (barred && serving.key !== barred.key) {
      this.barredAttempt = undefined;
      this.did.mistaken++;
      return this.declaring(on, barred, 2);
    }
    if (on >= this.rollBackOn) {
      this.rollBackOn = Infinity;
      const earlier = this.earlier(moment);
      if (earlier) this.did.rolledBack++;
      return earlier ? this.declaring(on, earlier, 7) : [];
    }
    if (on >= (character.withdrawOn ?? Infinity)) {
      character.withdrawOn = undefined;
      this.did.withdrawn++;
      return this.declaring(on, undefined, 3);
    }
    return [];
  }

  /** Something else for some days, then again what is declared now. */
  private declaring(on: number, other: Issued | undefined, days: number): Task[] {
    const { certificate } = this.program;
    return [
      { on, act: () => (this.program.certificate = other) },
      { on: on + days, act: () => (this.program.certificate = certificate) },
    ];
  }

  private answering({ on, at, serving }: Moment): Task[] {
    const { random } = this.surroundings;
    const mood = random.pick(this.character.moods);
    const left = serving ? Math.floor((serving.notAfter - at) / day) : Infinity;
    const delay: Record<Mood, number> = {
      early: random.between(1, 5),
      usual: random.between(10, 40),
      late: left > 0 && left <= 60 ? left + random.between(-7, 20) : random.between(45, 80),
      absent: 365 + random.between(-20, 20),
      wrong: random.between(5, 30),
    };
    // The day on which the request is seen is the day after the run that put it out.
    let answerOn = on + Math.max(0, delay[mood] - 1);
    const tasks: Task[] = [];
    if (random.chance(0.08)) {
      const abandonOn = random.between(on, answerOn);
      tasks.push({ on: abandonOn, act: (moment) => this.abandon(moment) });
      answerOn = Math.max(answerOn, abandonOn + 1);
    }
    // Given up without need, a request has no successor.
    const isOut = ({ seen }: Moment): boolean => typeof seen.certificateRequest === "string";
    if (mood !== "wrong") {
      const answer = (moment: Moment): void => {
        if (isOut(moment)) this.declare(this.obtain(moment), moment, mood);
      };
      return [...tasks, { on: answerOn, act: answer }];
    }
    let held: Issued | undefined;
    const paste = (moment: Moment): void => {
      if (!isOut(moment)) return;
      held = this.obtain(moment);
      this.did.mistaken++;
      this.program.certificate = this.mistake(moment);
    };
    const correct = (moment: Moment): void => {
      if (held) this.declare(held, moment, mood);
    };
    const correctOn = answerOn + random.between(2, 9);
    return [...tasks, { on: answerOn, act: paste }, { on: correctOn, act: correct }];
  }

  private mistake({ at }: Moment): Issued {
    const { random, mistakes, account } = this.surroundings;
    const expired = account.certificates.filter(({ notAfter }) => notAfter <= at).at(-1);
    const any = mistakes[random.between(0, mistakes.length - 1)]!;
    return expired && random.chance(0.4) ? expired : any(at);
  }

  /** Goes to the platform and does there what `nextSteps` says. */
  private obtain({ at, seen, serving }: Moment): Issued {
    const { account } = this.surroundings;
    const steps = seen.nextSteps as string[];
    if (steps.length === 0) throw new Error("a request is out, and no step says what to do with it");
    const says = (text: string): boolean => steps.some((step) => step.includes(text));
    const isOffered = says("Renew Certificate") && !says("shows that button from");
    const isCompromised = serving?.key === this.program.compromised?.key;
    if (serving && this.character.renews && isOffered && !isCompromised) {
      if (account.isRenewable(serving, at)) return account.renew(serving, at);
      this.misled++;
    }
    if (account.isFull(at)) account.revokeOldest(at, serving!.serialNumber);
    return account.issue(seen.certificateRequest as string, at);
  }

  private declare(certificate: Issued, { on, at, seen }: Moment, mood: Mood): void {
    const { random } = this.surroundings;
    const { program } = this;
    const isRenewal = certificate.from === "renewal";
    if (program.certificate?.byWechatPay) this.did.upgraded++;
    if (isRenewal) this.closed.add(pendingKey(seen));
    program.certificate = certificate;
    this.answers.push({ at, certificate, mood, isRenewal });
    if (random.chance(0.5)) delete program.abandonRequest;
    this.rollBackOn = random.chance(0.3) ? on + random.between(2, 20) : Infinity;
    if (program.compromised) {
      if (random.chance(0.6)) this.barredAttempt = program.compromised;
      if (random.chance(0.7)) this.tidyOn = on + random.between(10, 40);
    }
  }

  private abandon({ seen }: Moment): void {
    this.did.abandoned++;
    this.program.abandonRequest = pendingKey(seen);
    this.closed.add(this.program.abandonRequest);
  }

  private declareCompromise({ at, serving }: Moment): void {
    if (!serving) return;
    this.character.compromiseOn = undefined;
    const { account, random } = this.surroundings;
    const sameKey = account.certificates.find(
      (each) => each.key === serving.key && each !== serving && each.notAfter > at + 30 * day,
    );
    this.did.compromised++;
    this.program.compromised = sameKey && random.chance(0.4) ? sameKey : serving;
    if (this.program.issuance === "download") this.upgrade();
  }

  /** From now on by request; the import may stay in the program, or go. */
  private upgrade(): void {
    this.program.issuance = "request";
    if (this.surroundings.random.chance(0.5)) delete this.program.imports;
  }

  /** A compromised certificate is revoked once another serves, and named no more. */
  private tidy({ at, serving }: Moment): void {
    const { compromised } = this.program;
    if (compromised && serving && serving.key !== compromised.key) {
      this.surroundings.account.end(compromised, at);
      delete this.program.compromised;
    }
    this.tidyOn = Infinity;
  }

  /** One to roll back to: it has served, and the platform takes it for the whole week. */
  private earlier({ at, serving }: Moment): Issued | undefined {
    const { account } = this.surroundings;
    return this.answers
      .map(({ certificate }) => certificate)
      .filter((each) => each !== serving && account.endOf(each) > at + 9 * day)
      .filter(({ key }) => key !== this.program.compromised?.key)
      .at(-1);
  }
}

function pendingKey({ pending }: JsonObject): string {
  return (pending as { publicKeySha256: string }).publicKeySha256.slice(0, 16);
}
