import { createCertificateAuthority, startMerchantPlatform } from "../../sandbox/merchant-platform";
import type { MerchantAccount, MerchantPlatform, PlatformMode } from "../../sandbox/merchant-platform";
import * as given from "./certificates";
import { authorityKeys } from "./keys";
import { WeChatPayClient } from "./wechat-pay-client";

/** 32 letters and digits each. */
export const apiSecret = "ApiSecret0ApiSecret0ApiSecret012";
export const apiV3Secret = "ApiV3Secret0ApiV3Secret0ApiV3Sec";

const authority = createCertificateAuthority({ keys: authorityKeys() });

/** A platform with one merchant in business, and a client that signs for him; the clock is the test's. */
export interface PlatformScene {
  platform: MerchantPlatform;
  account: MerchantAccount;
  client: WeChatPayClient;
  certificate: string;
  clock: { now: Date; advance(minutes: number): void };
}

export async function openPlatform(
  options: { mode?: PlatformMode; folder?: string } = {},
): Promise<PlatformScene> {
  const clock = {
    now: new Date("2026-09-01T10:00:00Z"),
    advance: (minutes: number) => void (clock.now = new Date(clock.now.getTime() + minutes * 60_000)),
  };
  const now = () => clock.now;
  const { folder, mode } = options;
  const platform = await startMerchantPlatform({ now, folder, authority });
  const { merchantId, merchantName } = given;
  const account = platform.addMerchant({ merchantId, merchantName, mode });
  account.setApiSecret(apiSecret, confirmed(account));
  account.setApiV3Secret(apiV3Secret, confirmed(account));
  const certificate = account.applyForCertificate(given.requestFor(), confirmed(account));
  const client = new WeChatPayClient(platform.endpoint, merchantId, certificate, given.privateKey(), now);
  return { platform, account, client, certificate, clock };
}

/** What the super administrator gives, with a fresh code. */
export function confirmed(account: MerchantAccount) {
  return { smsCode: account.requestSmsCode(), loginPassword: account.loginPassword };
}
