"""Snapshots: the one model, its formats, and how they reach the disk."""
