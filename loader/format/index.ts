export * from "./json-object";
export * from "./serial-number";
export * from "./values";
