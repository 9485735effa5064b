"""stats: counts facts, keeps what must stay secret, and tells the public numbers.

consumes   units, contests, registrations, scores, published
decides    the five counts of every contest and unit, and what of them may be shown now
publishes  stats.contest.v1, stats.unit.v1
"""
