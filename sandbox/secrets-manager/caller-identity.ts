import { randomUUID } from "node:crypto";
import { partitionOf } from "./arn";
import { ServiceError } from "./service-error";
import type { WireAnswer, WireRequest } from "./wire";

/** One endpoint stands in for all of AWS, so it also answers the one question to STS: which account is this? */
export function isForSts({ contentType = "", target }: WireRequest): boolean {
  return target === undefined && contentType.startsWith("application/x-www-form-urlencoded");
}

export function requestedAction({ text }: WireRequest): string {
  return new URLSearchParams(text).get("Action") ?? "Unknown";
}

export function callerIdentity(action: string, region: string, accountId: string): WireAnswer {
  if (action !== "GetCallerIdentity") {
    throw new ServiceError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
  }
  return xmlAnswer(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:${partitionOf(region)}:iam::${accountId}:user/sandbox</Arn>
    <UserId>AIDASANDBOXSANDBOXSAND</UserId>
    <Account>${accountId}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${randomUUID()}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`,
  );
}

/** STS answers a missing or an incomplete signature with 403, unlike Secrets Manager. */
export function stsError({ type, message, status }: ServiceError): WireAnswer {
  const code = type.replace(/(Token|Signature)Exception$/, "$1");
  return xmlAnswer(
    code === type ? status : 403,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>${status < 500 ? "Sender" : "Receiver"}</Type>
    <Code>${escaped(code)}</Code>
    <Message>${escaped(message)}</Message>
  </Error>
  <RequestId>${randomUUID()}</RequestId>
</ErrorResponse>
`,
  );
}

function xmlAnswer(status: number, text: string): WireAnswer {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() }, text };
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
