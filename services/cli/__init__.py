"""The `hoithi` command: answers on standard output, progress on standard error, an exit code that tells."""
