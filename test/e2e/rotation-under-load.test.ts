import { BusyMerchant } from "../../sandbox/demo/rotation/busy-merchant";
import { problems, tally, loadKinds } from "../../sandbox/demo/rotation/result";
import { rotateUnderLoad } from "../../sandbox/demo/rotation/story";
import { narrator } from "../../sandbox/demo/narrator";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";

jest.setTimeout(400_000);

it("an application under load notices no rotation, and neither it nor the engine shows a secret", async () => {
  let told = "";
  const tell = narrator((text) => (told += text), false);
  const merchant = await BusyMerchant.open({ tell, stdio: "pipe", colour: false });
  try {
    const result = await rotateUnderLoad(merchant, { everyMs: 300, pauseMs: 1_500 });

    expect(problems(result)).toEqual([]);
    for (const kind of loadKinds) expect(tally(result.sent, kind).sent).toBeGreaterThan(20);
    expect(result.rotations.map(({ what }) => what)).toEqual([
      "merchant certificate",
      "APIv3 secret",
      "WeChat Pay's certificate",
    ]);
    for (const { before, after } of result.rotations) expect(Math.min(before, after)).toBeGreaterThan(0);

    // The application did meet the old certificate's end, and each payment that it was told of is in its output.
    const verdicts = merchant.platform.journal.entries().map(({ verdict }) => verdict);
    expect(verdicts).toContain("revoked-certificate");
    expect(result.serverOutput.match(/^paid: /gm)).toHaveLength(tally(result.sent, "callback").sent);

    const canaries = stored(merchant).flatMap(({ privateKey, apiSecret, apiV3Secret }, index) =>
      privateKey !== undefined
        ? keyCanaries(`key ${index}`, privateKey)
        : textCanaries(`secret ${index}`, (apiSecret ?? apiV3Secret)!),
    );
    expect(canaries.length).toBeGreaterThan(100);
    const shown = { server: result.serverOutput, engine: merchant.shown, story: told };
    for (const text of Object.values(shown)) expect(text).not.toBe("");
    expect(Object.values(shown).map((text) => findCanaries(Buffer.from(text), canaries))).toEqual([
      [],
      [],
      [],
    ]);
  } finally {
    await merchant.close();
  }
});

/** Everything secret that the vault holds or has held. */
function stored({ aws }: BusyMerchant): Record<string, string | undefined>[] {
  return aws
    .secrets()
    .flatMap(({ versions }) =>
      versions.map(({ value }) => JSON.parse(String(value)) as Record<string, string>),
    )
    .filter(({ privateKey, apiSecret, apiV3Secret }) => privateKey ?? apiSecret ?? apiV3Secret);
}
