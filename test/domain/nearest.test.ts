import { nearestWord } from "../../provider/domain/nearest";

const known = ["merchantId", "merchantName", "certificate", "tags", "renewBeforeDays"];

it.each([
  ["a letter too few", "merchantNam", "merchantName"],
  ["letters swapped", "certifciate", "certificate"],
  ["another case", "MERCHANTID", "merchantId"],
  ["an underscore", "merchant_id", "merchantId"],
  ["singular", "tag", "tags"],
])("finds the word that was meant: %s", (_name, word, meant) => {
  expect(nearestWord(word, known)).toBe(meant);
});

it.each([
  ["nothing near", "colour"],
  ["a word left out of the middle", "renewDays"],
  ["a long word", "x".repeat(40)],
])("guesses nothing at %s", (_name, word) => {
  expect(nearestWord(word, known)).toBeUndefined();
});

it("guesses nothing where nothing is known", () => {
  expect(nearestWord("merchantId", [])).toBeUndefined();
});
