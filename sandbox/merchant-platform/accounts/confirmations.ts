import { randomInt } from "node:crypto";
import { PlatformRefusal } from "../refusal";

/** What the super administrator gives with everything that changes something. */
export interface Confirmation {
  /** From the phone: six digits. */
  smsCode: string;
  loginPassword: string;
}

const validMinutes = 5;

/** The codes that one super administrator's phone was sent. */
export class Confirmations {
  #sent?: { code: string; until: number };

  constructor(
    private readonly loginPassword: () => string,
    private readonly now: () => Date,
  ) {}

  /** A later code makes an earlier one worthless. */
  requestSmsCode(): string {
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    this.#sent = { code, until: this.now().getTime() + validMinutes * 60_000 };
    return code;
  }

  /** Uses the code up. Throws {@link PlatformRefusal}. */
  confirm({ smsCode, loginPassword }: Confirmation): void {
    if (loginPassword !== this.loginPassword()) {
      throw new PlatformRefusal("wrong-login-password", "The login password is wrong.");
    }
    const sent = this.#sent;
    if (smsCode !== sent?.code || this.now().getTime() >= sent.until) {
      throw new PlatformRefusal(
        "wrong-sms-code",
        `The SMS code is wrong, used or older than ${validMinutes} minutes: have a new one sent.`,
      );
    }
    this.#sent = undefined;
  }
}
