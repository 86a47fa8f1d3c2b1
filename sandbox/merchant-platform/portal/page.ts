import type { JournalEntry } from "../journal";
import type { AccountView } from "./account-view";
import type { ActionName } from "./actions";
import { html, Html } from "./html";

/** What the page says first: how the last thing ended. */
export interface Notice {
  isRefusal: boolean;
  /** One sentence. */
  says: string;
  /** To copy, such as a certificate. */
  text?: string;
}

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
section{border:1px solid #ccc;border-radius:6px;padding:0 1rem 1rem;margin:1rem 0}
table{border-collapse:collapse;font-size:13px}td,th{text-align:left;padding:2px 12px 2px 0;vertical-align:top}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.5rem 0}label{display:grid;font-size:13px}
details{margin:.4rem 0}textarea{width:100%;font:12px monospace}code{font-size:12px}
.notice{padding:.5rem 1rem;background:#e6f4ea;border-radius:6px}.refusal{background:#fce8e6}`;

/** The headers of a page without scripts, which nothing else may embed or remember. */
export const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
};

export function page(
  merchants: readonly AccountView[],
  latest: readonly JournalEntry[],
  notice?: Notice,
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Merchant Platform (sandbox)</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <h1>Merchant Platform <small>(sandbox)</small></h1>
        ${notice && noticeOf(notice)}
        ${merchants.length > 0 ? merchants.map(section) : html`<p>There is no merchant yet.</p>`}
        ${requests(latest)}
      </body>
    </html> `.text;
}

function noticeOf({ isRefusal, says, text }: Notice): Html {
  return html`<div class="notice ${isRefusal ? "refusal" : ""}" role="status">
    <p>${says}</p>
    ${text && html`<textarea readonly rows="8">${text}</textarea>`}
  </div>`;
}

function section(merchant: AccountView): Html {
  const { merchantId, merchantName, mode, apiSecret, apiV3Secret } = merchant;
  const form = (action: ActionName, says: string, fields?: Html) =>
    html`<form method="post" action="/portal/merchants/${merchantId}/${action}">
      ${fields && [fields, confirmation]}<button>${says}</button>
    </form>`;
  const changeForm = (status: string, serialNumber: string) => {
    const [action, says] = change(status);
    return disclosed(says, form(action, says, hidden(serialNumber)));
  };
  return html`<section>
    <h2>${merchantName} <small>${merchantId}</small></h2>
    <table>
      <tr>
        <th>Mode</th>
        <td>${mode} ${merchant.publicKeyId}</td>
      </tr>
      <tr>
        <th>API secret</th>
        <td>${apiSecret}</td>
      </tr>
      <tr>
        <th>APIv3 secret</th>
        <td>${apiV3Secret}</td>
      </tr>
      ${merchant.platformCertificates.map(
        ({ serialNumber, expireTime }) =>
          html`<tr>
            <th>Platform certificate</th>
            <td><code>${serialNumber}</code> until ${expireTime}</td>
          </tr>`,
      )}
    </table>
    ${form("sms-code", "Send SMS code")}
    ${disclosed("Set API secret", form("api-secret", "Set", secretField))}
    ${disclosed("Set APIv3 secret", form("apiv3-secret", "Set", secretField))}
    ${disclosed("Apply for a certificate", form("certificate", "Apply", requestField))}
    <h3>API certificates</h3>
    <table>
      ${merchant.certificates.map(
        ({ serialNumber, notBefore, notAfter, status }) =>
          html`<tr>
            <td><code>${serialNumber}</code></td>
            <td>${notBefore} to ${notAfter}</td>
            <td>${status}</td>
            <td>${changeForm(status, serialNumber)}</td>
          </tr>`,
      )}
    </table>
  </section>`;
}

/** What can be done with a certificate in this state. */
const change = (status: string): [ActionName, string] =>
  status === "revoked" ? ["restore", "Restore"] : ["revoke", "Revoke"];

const disclosed = (title: string, content: Html) =>
  html`<details>
    <summary>${title}</summary>
    ${content}
  </details>`;

const confirmation = html`<label
    >SMS code <input name="smsCode" size="6" autocomplete="off" required
  /></label>
  <label>Login password <input name="loginPassword" type="password" autocomplete="off" required /></label>`;

const secretField = html`<label
  >32 digits and letters <input name="value" type="password" size="34" autocomplete="off" required
/></label>`;

const requestField = html`<textarea name="request" rows="8" aria-label="Request string" required></textarea>`;

const hidden = (serialNumber: string) =>
  html`<input type="hidden" name="serialNumber" value="${serialNumber}" />`;

function requests(latest: readonly JournalEntry[]): Html {
  if (latest.length === 0) return html``;
  return html`<h2>Latest requests</h2>
    <table>
      ${latest.map(
        ({ at, method, target, merchant, verdict, status }) =>
          html`<tr>
            <td>${at}</td>
            <td>${merchant}</td>
            <td>${method} ${target}</td>
            <td>${verdict}</td>
            <td>${status}</td>
          </tr>`,
      )}
    </table>`;
}
