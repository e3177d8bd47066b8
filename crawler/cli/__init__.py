"""The command line: alone in printing, exiting, reading the environment, handling signals."""
