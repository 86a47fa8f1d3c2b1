import { platformModes } from "./accounts/account-record";
import type { Terminal } from "./command";
import { UsageError, type Options } from "./command-options";
import { startMerchantPlatform, type NewMerchant } from "./platform";

/** Serves until the terminal says stop. Merchants that the folder has stay as they are. */
export async function serve(options: Options, terminal: Terminal): Promise<string> {
  const port = portIn(options);
  const asked = (options.merchant ?? []).map(merchantIn);
  if (options.folder === "") throw new UsageError("--folder must name a folder.");
  const platform = await startMerchantPlatform({ port, folder: options.folder, now: () => terminal.now() });
  try {
    const known = new Set(platform.merchants.map(({ merchantId }) => merchantId));
    for (const merchant of asked) if (!known.has(merchant.merchantId)) platform.addMerchant(merchant);
    for (const { merchantId, loginPassword } of platform.merchants) {
      terminal.err(`Merchant ${merchantId} logs in with ${loginPassword}\n`);
    }
    terminal.out(`${JSON.stringify({ endpoint: platform.endpoint })}\n`);
    await terminal.stopped();
  } finally {
    await platform.close();
  }
  return "";
}

function portIn({ port = "0" }: Options): number {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError("--port must be a whole number from 0 to 65535.");
  }
  return Number(port);
}

function merchantIn(given: string): NewMerchant {
  const [merchantId = "", merchantName = `Merchant ${merchantId}`, mode = "platform-certificates", ...rest] =
    given.split(":");
  const known = platformModes.find((name) => name === mode);
  if (!/^\d{8,10}$/.test(merchantId) || !merchantName || !known || rest.length > 0) {
    throw new UsageError(
      `--merchant must be ID[:NAME[:MODE]] with an id of 8 to 10 digits and a mode of ${platformModes.join(", ")}.`,
    );
  }
  return { merchantId, merchantName, mode: known };
}
