"""Reads the services' /metrics: sums of gauges, and quantiles of histograms between two readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.plain import PLAIN

Readings = dict[tuple[str, tuple[tuple[str, str], ...]], float]
"""(sample name, labels and the address it was read from) -> value."""


async def scrape(addresses: Iterable[str]) -> Readings:
    """Every sample of every instance. One that does not answer raises httpx.HTTPError: half a sum would mislead."""
    found: Readings = {}
    async with httpx.AsyncClient(timeout=5, **PLAIN) as client:
        for address in addresses:
            answer = (await client.get(address)).raise_for_status()
            for family in text_string_to_metric_families(answer.text):
                for sample in family.samples:
                    labels = {**sample.labels, "address": address}
                    found[sample.name, tuple(sorted(labels.items()))] = sample.value
    return found


def total(readings: Readings, name: str, **labels: str) -> float:
    wanted = labels.items()
    return sum(value for (found, own), value in readings.items() if found == name and wanted <= set(own))


def lowest(readings: Readings, name: str, **labels: str) -> float | None:
    """The smallest value among the samples of that name with these labels; None without any."""
    wanted = labels.items()
    values = [value for (found, own), value in readings.items() if found == name and wanted <= set(own)]
    return min(values, default=None)


def quantiles(before: Readings, after: Readings, name: str, shares: Iterable[float]) -> dict[str, float]:
    """`{"count": …, "p50": …}` of what a histogram took in between, linear inside a bucket, in the metric's unit.

    What lies beyond the last bucket is given as its bound.
    """
    buckets = _difference(before, after, f"{name}_bucket")
    count = buckets[-1][1] if buckets else 0.0
    result = {"count": count}
    for share in shares if count else ():
        result[f"p{share * 100:g}"] = round(_quantile(buckets, share * count), 4)
    return result


def _difference(before: Readings, after: Readings, name: str) -> list[tuple[float, float]]:
    found: dict[float, float] = {}
    for (sample, labels), value in after.items():
        if sample == name:
            bound = float(dict(labels)["le"])
            earlier = before.get((sample, labels), 0.0)
            # Less than before: the process was started again in between.
            found[bound] = found.get(bound, 0.0) + (value - earlier if value >= earlier else value)
    return sorted(found.items())


def _quantile(buckets: list[tuple[float, float]], rank: float) -> float:
    low, below = 0.0, 0.0
    for bound, up_to in buckets:
        if up_to >= rank:
            if bound == float("inf"):
                return low
            return low + (bound - low) * (rank - below) / max(up_to - below, 1e-9)
        low, below = bound, up_to
    return low


def submit_to_counted(before: Readings, after: Readings) -> Mapping[str, float]:
    return quantiles(before, after, "hoithi_submit_to_counted_seconds", (0.5, 0.9, 0.99))
