"""Who takes part: personal data lives here and nowhere else.

Consumes: `contests` (the rules people register by), `attempts` (who has taken part), `published` (what may be forgotten).
Decides: who may enter, under which unit, number and rights; who is excluded or moved; who is staff.
Publishes: `units`, `registrations`, pseudonymous, through its outbox.
"""
