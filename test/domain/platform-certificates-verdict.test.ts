import type { PlatformCertificate } from "merchant-credentials-loader/format";
import { downloadVerdict } from "../../provider/domain/api-v3-secret-verdict";
import { platformCertificates } from "../../provider/domain/platform-certificates-verdict";
import type { DownloadedCertificate } from "../../provider/domain/platform-certificates-answer";
import { merchantCertificate, platformCertificate, privateKey } from "../support/certificates";
import {
  apiV3Secret,
  exchange,
  listBody,
  listItem,
  platformSerial,
  serialNumber,
  signedAnswer,
} from "../verification/platform-answers";

const nextSerial = "0A062CE505775F070CAB06E697F1BBD1AD4F4D88";
const current = listItem();
const next = () =>
  listItem({
    pem: platformCertificate({ key: privateKey("next platform"), serialNumber: nextSerial }),
    serial: "a062CE505775F070CAB06E697F1BBD1AD4F4D88",
    effective: "2026-06-02T00:00:00+08:00",
    expire: "2031-01-15T00:00:00+08:00",
  });
const merchants = () => listItem({ pem: merchantCertificate(), serial: serialNumber });

const kept = (items: unknown[], now: string) =>
  platformCertificates(
    downloadVerdict(exchange(signedAnswer(listBody(...items))), {
      apiV3Secret,
    }) as DownloadedCertificate[],
    { now: new Date(now), privateKey: privateKey() },
  );
const serials = (items: unknown[], now: string) =>
  (kept(items, now) as PlatformCertificate[]).map((each) => each.serialNumber);

it("gives what verifies answers, in UTC, the serial number padded", () => {
  expect(kept([next(), current], "2026-06-01T00:00:00Z")).toEqual([
    {
      serialNumber: nextSerial,
      certificate: platformCertificate({ key: privateKey("next platform"), serialNumber: nextSerial }),
      effectiveTime: "2026-06-01T16:00:00Z",
      expireTime: "2031-01-14T16:00:00Z",
    },
    {
      serialNumber: platformSerial,
      certificate: platformCertificate(),
      effectiveTime: "2026-01-15T08:30:00Z",
      expireTime: "2030-01-15T08:30:00Z",
    },
  ]);
});

it.each([
  [
    "both while one follows the other, the one that ends last first",
    "2026-06-01T00:00:00Z",
    [nextSerial, platformSerial],
  ],
  ["both just before the earlier one ends", "2030-01-15T08:29:59Z", [nextSerial, platformSerial]],
  ["the later one when the earlier one has ended", "2030-01-15T08:30:00Z", [nextSerial]],
])("keeps %s", (_name, now, expected) => {
  expect(serials([current, next()], now)).toEqual(expected);
});

it("goes by the certificate's own end where that is earlier than the list's", () => {
  const later = listItem({ expire: "2040-01-01T00:00:00Z" });
  expect(serials([later], "2031-01-15T08:29:59Z")).toEqual([platformSerial]);
  expect(kept([later], "2031-01-15T08:30:00Z")).toMatchObject({ verdict: "undecided" });
});

it("leaves out the merchant's own certificate", () => {
  expect(serials([merchants(), current], "2026-06-01T00:00:00Z")).toEqual([platformSerial]);
});

it("says why where none is left", () => {
  expect(kept([merchants(), current], "2030-06-01T00:00:00Z")).toEqual({
    verdict: "undecided",
    because: "platform",
    says: `None of WeChat Pay's certificates can be used: ${serialNumber} (the merchant's own certificate, which verifies nothing of WeChat Pay's); ${platformSerial} (expired).`,
  });
});
