"""All SQL of scoring. Callers open and commit the transactions."""
