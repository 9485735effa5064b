"""The model at a scale: every figure by largest remainder, so that parts always sum to the rounded whole."""

from __future__ import annotations

from msgspec import Struct

from bench.plan.apportion import apportion
from bench.plan.model import Model
from bench.plan.units import Leaf

LEAST_PEOPLE = 40
"""Below this a day can have attempts before anybody has registered."""


class Scaled(Struct, frozen=True):
    """`leaves` in the order of the tree with their registrants; `pupils` of each are `hoc-sinh`.

    `top_of[leaf]` is an index into `top_attempts`, the attempts of each unit whose total is known.
    """

    model: Model
    registrations: tuple[int, ...]
    attempts: tuple[int, ...]
    perfect: int
    leaves: tuple[Leaf, ...]
    registrants: tuple[int, ...]
    pupils: tuple[int, ...]
    top_of: tuple[int, ...]
    top_attempts: tuple[int, ...]

    @property
    def people(self) -> int:
        return sum(self.registrations)

    @property
    def total(self) -> int:
        return sum(self.attempts)


def scaled(model: Model, scale: float) -> Scaled:
    """ValueError for a scale that leaves fewer than LEAST_PEOPLE people, or over 10."""
    people, attempts = round(model.registrants * scale), round(model.attempts * scale)
    if people < LEAST_PEOPLE or scale > 10:
        raise ValueError(f"scale {scale:g} is outside {LEAST_PEOPLE / model.registrants:.2g} to 10")
    leaves = tuple(leaf for top in model.tops for leaf in top.leaves)
    top_of = tuple(place for place, top in enumerate(model.tops) for _ in top.leaves)
    registrants = apportion(people, [leaf.registrants for leaf in leaves])
    present = [0] * len(model.tops)
    for place, count in zip(top_of, registrants, strict=True):
        present[place] += count
    weights = [top.attempts if present[place] else 0 for place, top in enumerate(model.tops)]
    return Scaled(
        model=model,
        registrations=tuple(apportion(people, [day.registrations for day in model.days])),
        attempts=tuple(apportion(attempts, [day.attempts for day in model.days])),
        perfect=round(model.perfect * scale),
        leaves=leaves,
        registrants=tuple(registrants),
        pupils=tuple(_pupils(leaf, count) for leaf, count in zip(leaves, registrants, strict=True)),
        top_of=top_of,
        top_attempts=tuple(apportion(attempts, weights)),
    )


def _pupils(leaf: Leaf, count: int) -> int:
    return round(count * leaf.pupils / leaf.registrants) if leaf.registrants else 0
