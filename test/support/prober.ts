import type { Prober } from "../../provider/verification/prober";

const refuse = (): never => {
  throw new Error("nobody may ask WeChat Pay here");
};

/** For programs that do not ask WeChat Pay: a test fails if they do. */
export const unaskedProber: Prober = {
  certificate: refuse,
  apiSecret: refuse,
  apiV3Secret: refuse,
  platformPublicKey: refuse,
  platformCertificates: refuse,
};
