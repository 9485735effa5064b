"""scoring: marks what was handed in, and alone can open the answer keys.

consumes   contests, answer-keys, registrations (exclusions, ended sessions), attempts
decides    how many are right, whether an attempt is valid, which one stands for a person
publishes  attempt.scored.v1
"""
