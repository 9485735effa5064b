"""What the services share: events, topics, rules, ids. Imports nothing of ours but itself."""
