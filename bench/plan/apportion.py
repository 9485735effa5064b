"""Split a whole number by weights so that nothing is lost to rounding."""

from __future__ import annotations

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Largest remainder: whole shares that sum to `total`, each within one of its exact share.

    Equal remainders go to the earlier place, so the same input always gives the same shares.
    ValueError when there is something to split and every weight is zero.
    """
    whole = sum(weights)
    if not total:
        return [0] * len(weights)
    if whole <= 0:
        raise ValueError(f"{total} cannot be split: every weight is zero")
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
