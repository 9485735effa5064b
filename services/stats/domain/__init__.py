"""Counting, the tree of units, and what may be shown. No driver, no broker, no clock."""
