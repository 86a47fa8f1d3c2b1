const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The longest multiple of the alphabet that a byte can hold: bytes from here on would favour its first letters. */
const unbiased = Math.floor(256 / alphabet.length) * alphabet.length;

/**
 * 32 characters of [0-9A-Za-z], each equally likely: what WeChat Pay takes as API secret and APIv3 secret. Source:
 * its pages on both, which ask for 32 letters and digits.
 *
 * @param randomBytes a cryptographically secure source; asked until enough bytes are of use.
 */
export function drawSecret(randomBytes: (count: number) => Uint8Array): string {
  let drawn = "";
  while (drawn.length < 32) {
    for (const byte of randomBytes(40)) {
      if (byte < unbiased && drawn.length < 32) drawn += alphabet[byte % alphabet.length];
    }
  }
  return drawn;
}
