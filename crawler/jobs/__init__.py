"""One use case a module; the only place that joins the packages below."""
