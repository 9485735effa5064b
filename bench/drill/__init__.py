"""Fault drills: a contest under load, faults at seeded moments, and a judge that shares no code with the services."""
