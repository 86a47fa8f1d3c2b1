#!/usr/bin/env node
// A file of its own, so that npm finds it before the package has been built.
require("../dist/cli/main.js");
