"""A snapshot played into a project: what to write, in which order, and each thing once."""
