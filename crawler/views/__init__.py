"""A snapshot as people look at it."""
