"""Which day each person registers on, and on which day each of their attempts is submitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

AT_ONCE = 0.75
"""Share of new registrants who take their first paper on the day they register."""
KEEN = 16
"""Who makes many attempts comes early: the date's rank is u^(1 + tries / KEEN), u uniform."""


def registration_days(
    tries: Sequence[int], registrations: Sequence[int], attempts: Sequence[int], rng: Random
) -> bytearray:
    """The day (index) on which each person registers: `registrations[d]` people on day d.

    At the end of each day those registered can have made all the attempts counted up to then.
    ValueError when no order of the people can do that.
    """
    order = sorted(range(len(tries)), key=lambda person: rng.random() ** (1 + tries[person] / KEEN))
    _make_room(order, tries, registrations, attempts)
    days = bytearray(len(tries))
    people = iter(order)
    for day, count in enumerate(registrations):
        for _ in range(count):
            days[next(people)] = day
    return days


def _make_room(order: list[int], tries: Sequence[int], registrations: Sequence[int], attempts: Sequence[int]) -> None:
    registered = can = asked = 0
    for day, count in enumerate(registrations):
        can += sum(tries[person] for person in order[registered : registered + count])
        registered, asked = registered + count, asked + attempts[day]
        while can < asked:
            early = min(range(registered), key=lambda place: tries[order[place]], default=None)
            late = max(range(registered, len(order)), key=lambda place: tries[order[place]], default=None)
            if early is None or late is None or tries[order[late]] <= tries[order[early]]:
                raise ValueError(f"day {day + 1}: {registered} people cannot have made {asked} attempts")
            can += tries[order[late]] - tries[order[early]]
            order[early], order[late] = order[late], order[early]


def attempts_by_day(
    tries: Sequence[int], days: bytes, attempts: Sequence[int], rng: Random
) -> Iterator[dict[int, int]]:
    """For each day: person -> how many attempts they submit on it. Each day's sum and each person's sum are exact.

    Attempts that are still owed are equally likely to be made today, so who makes many makes them all month long.
    """
    newcomers: list[list[int]] = [[] for _ in attempts]
    for person, day in enumerate(days):
        if tries[person]:
            newcomers[day].append(person)
    owed: list[int] = []
    for new, count in zip(newcomers, attempts, strict=True):
        rng.shuffle(new)
        at_once = [person for person in new if rng.random() < AT_ONCE][:count]
        made = dict.fromkeys(at_once, 1)
        for person in new:
            owed += [person] * (tries[person] - made.get(person, 0))
        for _ in range(count - len(at_once)):
            pick = rng.randrange(len(owed))
            person = owed[pick]
            owed[pick] = owed[-1]
            owed.pop()
            made[person] = made.get(person, 0) + 1
        yield made
