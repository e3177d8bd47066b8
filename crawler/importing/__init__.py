"""Files of other tools, read as suites and tests: one module a tool behind one small interface."""
