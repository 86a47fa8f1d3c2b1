import { X509Certificate } from "node:crypto";
import type { MerchantAccount } from "../accounts/merchant-account";

/** What a person typed; a field that was not sent is empty. */
export type Typed = Readonly<Record<string, string>>;

/** What is shown of it, never a secret. Throws `PlatformRefusal`. */
type Action = (account: MerchantAccount, typed: Typed) => Record<string, string>;

const confirmation = ({ smsCode = "", loginPassword = "" }: Typed) => ({ smsCode, loginPassword });

/** What the super administrator can do, by its address under /portal/merchants/<id>/. */
export const actions = {
  "sms-code": (account) => ({ smsCode: account.requestSmsCode() }),
  "api-secret": (account, typed) => {
    account.setApiSecret(typed.value ?? "", confirmation(typed));
    return {};
  },
  "apiv3-secret": (account, typed) => {
    account.setApiV3Secret(typed.value ?? "", confirmation(typed));
    return {};
  },
  certificate: (account, typed) => {
    const certificate = account.applyForCertificate(typed.request ?? "", confirmation(typed));
    return { certificate, serialNumber: new X509Certificate(certificate).serialNumber };
  },
  revoke: (account, typed) => {
    account.revokeCertificate(typed.serialNumber ?? "", confirmation(typed));
    return {};
  },
  restore: (account, typed) => {
    account.restoreCertificate(typed.serialNumber ?? "", confirmation(typed));
    return {};
  },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;

export const isAction = (name: string): name is ActionName => Object.hasOwn(actions, name);
