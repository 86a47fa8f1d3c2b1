export const help = `Play CFCA by hand, and the Windows computer of whoever applies: two letters in, .cer and .pfx out.

Usage:
  cfca letters --merchant-id ID --company NAME --to DIR [--sent DATE]
  cfca download --letter DIR/codes.txt --to COMPUTER [--days N]
  cfca export --from COMPUTER --name LETTERS --to DIR [options]
  cfca issue --merchant-id ID --company NAME --name LETTERS --to DIR [options]
  cfca platform --to DIR

Commands:
  letters   draw a reference number and an authorization code, and write the two letters to DIR:
            codes.txt, valid for 14 days and one download, and manual.txt
  download  type the codes of a letter into the download page: a key is made in the folder
            COMPUTER, and its certificate installed beside it
  export    export what was installed there last: DIR/LETTERS.cer (Base64, ends of lines as on
            Windows) and DIR/LETTERS.pfx under a password
  issue     the three in one
  platform  write DIR/platform.cer, the platform's own certificate; a file that is there stays

Options of letters and issue:
  --merchant-id ID      such as G90000001
  --company NAME        in the certificate's name
  --sent DATE           of letters: the day on which they are sent (default: today)

Options of export and issue:
  --name LETTERS        of both files, A-Z and a-z only
  --password FILE       has the password in its first line; if it is not there it is made, with a
                        password (default: DIR/password.txt)
  --encryption HOW      legacy (default): RC2 and 3DES, as Windows does unless told otherwise
                        aes: AES-256, which Windows 10 and later offer
  --with-chain          put the issuer's certificates into the .pfx as well

Options of download and issue, when the certificate is valid:
  --not-before DATE     from then (default: from now), ISO 8601, such as 2026-05-01
  --days N              until N days from now; it began three years before its end
  --not-after DATE      until then (default: for three years)

Options of all but export:
  --folder DIR          where CFCA keeps its keys and what it knows of letters
                        (default: .cache/cfca in the workspace)

Exit status: 0 done, 1 refused, 2 wrong usage.
Files have mode 0600. The CA is a sandbox's: nobody but this sandbox trusts its certificates.
`;
