export const help = `Play the WeChat Pay Merchant Platform by hand: request string in, certificate out.

Usage:
  merchant-platform sign --merchant-id ID [options] < request.pem > certificate.pem
  merchant-platform sign --merchant-id ID --renew certificate.pem > renewed.pem
  merchant-platform chain --folder DIR [--kind KIND] [--p7b FILE]
  merchant-platform download --merchant-id ID --merchant-name NAME --to DIR [options]
  merchant-platform serve [--port N] [--folder DIR] [--merchant ID[:NAME[:MODE]]]...

Commands:
  sign      print the certificate for a certificate request
  chain     print the certificates of the CA kept in DIR: the issuer's, then the root's
  download  put into DIR what a merchant in business has: ID.zip as downloaded from the platform,
            apiclient_cert.pem, api-secret.txt and apiv3-secret.txt; files that are there stay
  serve     be WeChat Pay's API, and the page on which its merchants set secrets and apply for
            certificates; prints {"endpoint":"http://127.0.0.1:..."}, and to standard error the
            merchants' login passwords, then serves until SIGTERM or SIGINT

Options of sign:
  --merchant-id ID      the merchant that is logged in, 8 to 10 digits
  --merchant-name NAME  name in the certificate (default: the one in the request)
  --request FILE        the certificate request (default: standard input)
  --renew FILE          the certificate to renew: its key and its names stay, and no request is
                        needed. It ends a year later; with --validity five-year an annual one
                        lasts five years in all

Options of download:
  --merchant-id ID, --merchant-name NAME
                        as of sign; both are needed
  --to DIR              where the files go
  --kind KIND           certificate-authority (default): the merchant has made the key, and
                        Tenpay.com Root CA the certificate
                        wechat-pay: the old kind, both made by WeChat Pay itself (MmpaymchCA)

Options of chain:
  --kind KIND           whose issuer, as of download (default: certificate-authority)
  --p7b FILE            write them to FILE as PKCS#7 (DER), as WeChat Pay publishes its chains of
                        trust, and print nothing

Options of serve:
  --port N              listen on 127.0.0.1:N (default: a free port)
  --folder DIR          keep merchants, their secrets and the CA in DIR, for the next time
                        (default: in memory)
  --merchant ID[:NAME[:MODE]]
                        a merchant, unless DIR has it; may be given several times. MODE is
                        platform-certificates (default), public-key or both

Options of sign and download, when the certificate is valid:
  --validity LENGTH     annual or five-year (default: five-year; of the kind wechat-pay ten years)
  --not-before DATE     from then (default: from now), ISO 8601, such as 2026-05-01
  --days N              until N days from now
  --not-after DATE      until then, ISO 8601, such as 2031-05-01 or 2031-05-01T12:00:00Z
                        With --validity it began that long before: --validity annual --days 20
                        has 20 days of its year left

Options of all:
  --folder DIR          keep the CA in DIR, so that the next call uses the same one
                        (default of sign and download: a new CA for this call)

Exit status: 0 done or stopped, 1 refused, 2 wrong usage.
The CA is a sandbox's: nobody but this sandbox trusts its certificates.
`;
