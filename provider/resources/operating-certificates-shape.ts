import * as v from "valibot";
import { isCalendarDay } from "../domain/calendar";
import { wechatPayMerchantId } from "./merchant-id";
import { commonEntries } from "./common-arguments";
import { message, strict, text, wholeNumber } from "./shape";

const name = (whose: string) =>
  text({ expected: `${whose}: 1 to 64 characters on one line, without spaces at either end` }, (value) =>
    /^(?!\s)(?!.*\s$)[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,64}$/u.test(value),
  );

const day = text(
  { expected: "a day of the years 2000 to 2099, YYYY-MM-DD" },
  (value) => isCalendarDay(value) && value.startsWith("20"),
);

const installation = strict({
  operator: name("the operator, as on the Merchant Platform"),
  computer: name("the computer, as on the Merchant Platform"),
  serialNumber: v.optional(name("the serial number of the operating certificate")),
  installed: day,
  expires: day,
  verifiedAt: day,
  verifiedBy: name("who has looked"),
});

const entries = {
  merchantId: wechatPayMerchantId,
  installations: v.array(installation, message({ expected: "a list of installations" })),
  staleAfterDays: wholeNumber(1, 3650, "days"),
  expiringBeforeDays: wholeNumber(0, 3650, "days"),
  onExpiry: commonEntries.onExpiry,
  owner: commonEntries.owner,
  logicalName: commonEntries.logicalName,
  lifecycle: v.optional(text({ expected: "a line of check" }, () => true)),
  validUntil: v.optional(text({ expected: "a line of check" }, () => true)),
};

/** The inputs of OperatingCertificates, with every default filled in. */
export const operatingCertificatesSchema = strict(entries);

export const operatingCertificatesInputNames = Object.keys(entries);
