"""What changed between two snapshots: found by `compare`, shown by a module for each form."""
