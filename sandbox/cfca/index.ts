export { openCfca, type Cfca, type Downloaded } from "./cfca";
export { base64Cer, exportTo, type Export } from "./computer";
export { cfcaIssuer, createCfcaIssuer, type Holder, type Period } from "./issuer";
export type { Codes, Letters } from "./letters";
export { pfxFile, type PfxContent, type PfxEncryption } from "./pfx";
export { CfcaRefusal, type RefusalCode } from "./refusal";
