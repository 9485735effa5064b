"""All SQL of stats. Callers open and commit the transactions; no table is named with its schema (see the migration)."""
