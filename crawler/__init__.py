"""Crawls a Testomat.io project and writes its whole suite-and-test tree as one snapshot."""

__version__ = "0.1.0"
