"""The month's replay, load by an open model, and their reports."""
