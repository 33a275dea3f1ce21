"""People and programs: HTTP, streams, pages, the command line."""
