"""Settings: what they mean, where they come from."""
