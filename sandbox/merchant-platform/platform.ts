import { randomBytes } from "node:crypto";
import { AccountFolder } from "./accounts/account-folder";
import type { AccountRecord, PlatformMode } from "./accounts/account-record";
import { Merchant, type MerchantAccount } from "./accounts/merchant-account";
import { Callbacks, type CallbackAnswer, type CallbackTampering } from "./api/callbacks";
import { Service } from "./api/service";
import type { CallbackEvent } from "./api/v3-endpoint";
import { createCertificateAuthority, type CertificateAuthority } from "./certificate-authority";
import { Faults } from "./faults";
import { closeServer, listen } from "./http-server";
import { Journal } from "./journal";
import { isOfPortal, Portal } from "./portal/portal";
import { PlatformRefusal } from "./refusal";
import { loadOrCreateCertificateAuthority } from "./saved-authority";

export interface MerchantPlatformOptions {
  /** Default 0: a free port. */
  port?: number;
  /** Keeps accounts and authority here; default in memory only. The files hold secrets, mode 0600. */
  folder?: string;
  /** The platform's clock; default the system's. */
  now?: () => Date;
  /** Who signs merchants' requests. Default: the one kept in `folder`, else a new one. */
  authority?: CertificateAuthority;
}

export interface NewMerchant {
  /** 8 to 10 digits. */
  merchantId: string;
  merchantName: string;
  /** Default `platform-certificates`. */
  mode?: PlatformMode;
}

export interface MerchantPlatform {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly authority: CertificateAuthority;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Throws an Error if the id is not one, or taken. */
  addMerchant(merchant: NewMerchant): MerchantAccount;
  /** Throws an Error if there is no such merchant. */
  merchant(merchantId: string): MerchantAccount;
  readonly merchants: readonly MerchantAccount[];
  /** Sends a callback, encrypted with the APIv3 secret as it is set now; throws an Error if none is. */
  notify(
    merchantId: string,
    url: string,
    event?: CallbackEvent,
    tamper?: CallbackTampering,
  ): Promise<CallbackAnswer>;
  close(): Promise<void>;
}

/** A Merchant Platform of one's own: WeChat Pay's API with its checks, and the place where people set secrets. */
export async function startMerchantPlatform(
  options: MerchantPlatformOptions = {},
): Promise<MerchantPlatform> {
  const { folder, now = () => new Date() } = options;
  const authority = options.authority ?? authorityIn(folder, now);
  const accounts = folder === undefined ? undefined : new AccountFolder(folder);
  const save = (record: AccountRecord) => accounts?.save(record);
  const merchants = new Map<string, Merchant>();
  const open = (record: AccountRecord): Merchant => {
    const merchant = new Merchant(record, { authority, now, save });
    merchants.set(record.merchantId, merchant);
    return merchant;
  };
  for (const record of accounts?.load() ?? []) open(record);
  const find = (merchantId: string) => merchants.get(merchantId);
  const known = (merchantId: string): Merchant => {
    const merchant = find(merchantId);
    if (!merchant) throw new PlatformRefusal("unknown-merchant", `There is no merchant ${merchantId} here.`);
    return merchant;
  };
  const journal = new Journal();
  const faults = new Faults();
  const callbacks = new Callbacks(now, journal);
  const service = new Service({ find, callbacks, faults, journal });
  const portal = new Portal({ find, merchants: () => [...merchants.values()], journal });
  const { server, endpoint } = await listen(options.port ?? 0, now, async (request) =>
    isOfPortal(request.path) ? portal.answer(request) : service.outcome(request),
  );
  return {
    endpoint,
    authority,
    journal,
    faults,
    addMerchant(merchant) {
      const record = newRecord(merchant);
      if (find(record.merchantId)) throw new Error(`Merchant ${record.merchantId} is here already.`);
      save(record);
      return open(record);
    },
    merchant: known,
    get merchants() {
      return [...merchants.values()];
    },
    notify: async (merchantId, url, event, tamper) => callbacks.send(known(merchantId), url, event, tamper),
    close() {
      callbacks.close();
      return closeServer(server);
    },
  };
}

function authorityIn(folder: string | undefined, now: () => Date): CertificateAuthority {
  return folder === undefined
    ? createCertificateAuthority({ now })
    : loadOrCreateCertificateAuthority({ folder, now });
}

function newRecord({ merchantId, merchantName, mode = "platform-certificates" }: NewMerchant): AccountRecord {
  if (!/^\d{8,10}$/.test(merchantId)) throw new Error("A merchant id has 8 to 10 digits.");
  const loginPassword = randomBytes(9).toString("base64url");
  return { merchantId, merchantName, loginPassword, mode, certificates: [], platformCertificates: [] };
}
