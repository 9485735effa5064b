"""Quiz: serves the papers of a contest and takes them back.

Consumes: `registrations` (exclusions, erasures and revoked sessions; it only takes rights away).
Decides: who may start and when, what a paper holds, which answers stand, when a contest is closed.
Publishes: `contests`, `answer-keys` (sealed) and `attempts`, through its outbox.
"""
