"""The crawl itself; knows neither HTTP nor the user's files."""
