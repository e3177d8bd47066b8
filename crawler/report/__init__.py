"""One HTML file to browse a snapshot in: the data, packed, and the page that unpacks it."""
