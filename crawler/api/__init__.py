"""The vendor's API; the only place that knows HTTP and the wire format."""
