"use strict";
const { generateKeyPairSync } = require("node:crypto");
// Before any test: in Node 20 a certificate read by toLegacyObject() before this is loaded leaves it without functions.
require("node:tls");
const { TestEnvironment } = require("jest-environment-node");

/** By length. Of this worker, whose test files run one after the other. */
const keys = {};

/**
 * Node's, with RSA keys that the files of a worker share: each takes 0.2 s to make. A file gets them one by one, each
 * for a name that it gives. They never leave the memory of the worker.
 */
module.exports = class extends TestEnvironment {
  constructor(...given) {
    super(...given);
    const named = {};
    this.global.rsaKeyNamed = (name, modulusLength) => {
      const ofLength = (named[modulusLength] ??= new Map());
      const made = (keys[modulusLength] ??= []);
      const next = () => (made[ofLength.size] ??= generateKeyPairSync("rsa", { modulusLength }).privateKey);
      if (!ofLength.has(name)) ofLength.set(name, next());
      return ofLength.get(name);
    };
  }
};
