"""How many attempts each registrant makes: the bins of the model, the total exact, and each unit's total met."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bench.plan.apportion import apportion
from bench.plan.model import Bin

MOST = 200
"""Nobody makes more attempts than the model's last bin has."""
PICKS = 60


def draw_tries(people: int, total: int, bins: Sequence[Bin], rng: Random) -> list[int]:
    """`people` numbers that sum to `total`, as many from each bin as its share says, in random order.

    With few people the bins alone cannot meet the total; then single numbers leave their bins.
    """
    values: list[int] = []
    low: list[int] = []
    high: list[int] = []
    for bin_, count in zip(bins, apportion(people, [bin_.share for bin_ in bins]), strict=True):
        values += [rng.randint(bin_.min, bin_.max) for _ in range(count)]
        low += [bin_.min] * count
        high += [bin_.max] * count
    _level(values, (low, high), total, rng)
    _level(values, ([min(1, value) for value in values], [MOST if value else 0 for value in values]), total, rng)
    if sum(values) != total:
        raise ValueError(f"{people} people cannot make {total} attempts")
    rng.shuffle(values)
    return values


def _level(values: list[int], bounds: tuple[list[int], list[int]], total: int, rng: Random) -> None:
    """Move values one by one inside their bounds until they sum to `total` or none can move."""
    gap = total - sum(values)
    step = 1 if gap > 0 else -1
    limit = bounds[1] if gap > 0 else bounds[0]
    movable = [place for place, value in enumerate(values) if value != limit[place]]
    for _ in range(abs(gap)):
        if not movable:
            return
        pick = rng.randrange(len(movable))
        place = movable[pick]
        values[place] += step
        if values[place] == limit[place]:
            movable[pick] = movable[-1]
            movable.pop()


def meet_unit_totals(values: list[int], members: Sequence[Sequence[int]], targets: Sequence[int], rng: Random) -> None:
    """Swap numbers between people of different units until each unit's sum is its target.

    Swapping keeps the bins. Where a unit is too small for its target (a small scale), it stops as near as it gets.
    """
    gaps = [target - sum(values[person] for person in own) for own, target in zip(members, targets, strict=True)]
    while (poor := max(range(len(gaps)), key=gaps.__getitem__)) is not None and gaps[poor] > 0:
        for rich in sorted(range(len(gaps)), key=gaps.__getitem__):
            if gaps[rich] >= 0:
                return
            moved = _swap(values, members[poor], members[rich], min(gaps[poor], -gaps[rich]), rng)
            if moved:
                gaps[poor] -= moved
                gaps[rich] += moved
                break


def _swap(values: list[int], poor: Sequence[int], rich: Sequence[int], most: int, rng: Random) -> int:
    """Swap one pair that moves at most `most` attempts; how many it moved."""
    for _ in range(PICKS):
        a, b = rng.choice(poor), rng.choice(rich)
        if 0 < values[b] - values[a] <= most:
            break
    else:
        # Rare: only the last few attempts of a unit are missing, and chance does not find the pair.
        found = next(((a, b) for a in poor for b in rich if 0 < values[b] - values[a] <= most), None)
        if found is None:
            return 0
        a, b = found
    moved = values[b] - values[a]
    values[a], values[b] = values[b], values[a]
    return moved
