"""Commands that take files in and read them: ingest, worker."""
