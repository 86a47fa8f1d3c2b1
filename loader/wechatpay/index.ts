export * from "./encrypted-resource";
export * from "./platform-signature";
export * from "./request-signature";
export * from "./v2-signature";
