import { readerPolicy, stagesByKind } from "../../provider/aws/reader-policy";
import { credentialKinds, geoswiftKinds } from "../../loader/kinds";
import { merchantId } from "../support/certificates";
import { callback } from "./callback";
import { StoredMerchant, values } from "./stored-merchant";

it("the loader sends nothing that a CredentialReader's policy does not allow, at any stage of a rotation", async () => {
  const stored = await StoredMerchant.start();
  const arns: Record<string, string> = {};
  for (const kind of credentialKinds) arns[kind] = await stored.store(kind, values[kind]());
  const shop = await stored.load({ arns });
  await stored.put("apiV3Secret", values.apiV3Secret("Ap3SecretThatComesNextInThisTest"), "AWSPENDING");
  const timestamp = stored.clock.now().getTime() / 1000;
  const unreadable = callback({ timestamp, secret: "Ap3SecretThatNobodyHasStoredHere" });
  await expect(shop.readNotification(unreadable)).rejects.toMatchObject({ code: "decryption" });
  stored.clock.advanceDays(1);
  await Promise.all([shop.certificate(), shop.apiSecret(), shop.platformKeys(), shop.apiV3Secret()]);
  await shop.refresh();

  const credentials = credentialKinds.map((kind) => ({ secretArn: arns[kind]!, credentialKind: kind }));
  const allowed = readerPolicy({ credentials }).Statement.flatMap(({ Resource, Condition }) =>
    Resource.flatMap((arn) =>
      (Condition["ForAnyValue:StringEquals"]!["secretsmanager:VersionStage"] as string[]).map(
        (stage) => `GetSecretValue ${arn} ${stage}`,
      ),
    ),
  );
  const sent = stored.aws.journal
    .entries()
    .filter(({ operation }) => !/^(Create|Put)/.test(operation))
    .map(({ operation, secretId, labels }) => `${operation} ${secretId} ${labels?.join()}`);
  expect([...new Set(sent)].sort()).toEqual([...allowed].sort());
  expect(Object.keys(stagesByKind).sort()).toEqual([...credentialKinds, ...geoswiftKinds].sort());
  expect(shop.merchantId).toBe(merchantId);
  await stored.close();
});
