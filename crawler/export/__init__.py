"""Files for other tools, made from a snapshot: one module a target behind one small interface."""
