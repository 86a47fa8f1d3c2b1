export { jsonObject } from "merchant-credentials-loader/format";
