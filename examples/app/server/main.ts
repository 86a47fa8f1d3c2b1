import type { AddressInfo } from "node:net";
import { loadMerchant } from "merchant-credentials-loader";
import { Orders } from "./orders";
import { shopServer } from "./server";
import { readSettings } from "./settings";

async function main(): Promise<void> {
  const { load, shop, port } = readSettings(process.env);
  const credentials = await loadMerchant(load);
  const orders = new Orders(credentials, shop);
  const onPayment = ({ out_trade_no }: { out_trade_no: string }) => console.log(`paid: ${out_trade_no}`);
  const server = shopServer({ credentials, orders, onPayment }).listen(port, () => {
    console.log(`listening on port ${(server.address() as AddressInfo).port}`);
  });
  process.once("SIGTERM", () => server.close());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
