"""Two hundred people at random: they register, write and hand in, look where they should not, lose codes and phones, and
staff act on them.

Everybody remembers what they were told; what contradicts it, or a right, or a limit, is put down in `Crowd.wrong`.
"""
