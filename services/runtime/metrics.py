"""Every metric of hoithi with its meaning. Base units, no ids of persons in labels."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 5, 10, 30, 60, 300)


@dataclass(frozen=True)
class Metrics:
    # HTTP
    requests = Counter("hoithi_http_requests_total", "Requests answered", ["route", "status"])
    request_seconds = Histogram(
        "hoithi_http_request_seconds", "Time from the first byte to the answer", ["route"], buckets=FAST
    )
    shed = Counter("hoithi_shed_total", "Requests told to come again (503), by kind of work", ["kind"])
    gateway_refuses = Gauge(
        "hoithi_gateway_refuses_ratio",
        "Part of the newcomers of a kind of work that the gateway refuses without asking",
        ["kind"],
    )
    start_rate = Gauge("hoithi_start_rate", "Starts per second that this process admits at most")
    starts_waiting = Gauge("hoithi_starts_waiting", "Refused starts whose turn has not come")
    waited_too_long = Counter(
        "hoithi_waited_too_long_total", "Requests that waited over 5 s before their statement", ["kind"]
    )

    # Batching
    batch_size = Histogram(
        "hoithi_batch_size",
        "Requests that shared one statement",
        ["batcher"],
        buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    )
    batch_queue = Gauge("hoithi_batch_queue", "Requests waiting for a batch", ["batcher"])
    batch_splits = Counter("hoithi_batch_splits_total", "Batches split to find the one bad entry", ["batcher"])

    # Outbox and relay
    outbox_rows = Gauge("hoithi_outbox_rows", "Facts committed and not yet published")
    outbox_oldest = Gauge("hoithi_outbox_oldest_seconds", "Age of the oldest unpublished fact")
    relayed = Counter("hoithi_relayed_total", "Facts published from the outbox", ["topic"])
    relay_holder = Gauge("hoithi_leader", "1 where this process holds the lease", ["lease"])

    # Audit log
    audit_rows = Gauge("hoithi_audit_rows", "Rows of the audit log, as its hash chain counts them")
    audit_head = Gauge("hoithi_audit_head", "The first 48 bits of the newest hash of the audit log, as a number")

    # Consumers
    consumed = Counter("hoithi_consumed_total", "Records taken from a topic", ["topic"])
    consumer_lag = Gauge(
        "hoithi_consumer_lag", "Records between this process's position and the end", ["topic", "partition"]
    )
    oldest_unprocessed = Gauge(
        "hoithi_oldest_unprocessed_seconds", "Age of the oldest record not processed yet", ["topic"]
    )
    last_fetch = Gauge(
        "hoithi_last_fetch_timestamp_seconds", "When a topic's consumer last came back from a fetch", ["topic"]
    )
    dead_letters = Counter("hoithi_dead_letters_total", "Records sent to a dead-letter topic", ["topic", "reason"])
    waiting = Gauge("hoithi_waiting_records", "Records that wait for reference data", ["topic"])
    rebalances = Counter("hoithi_rebalances_total", "Times partitions were taken from this process", ["topic"])
    commit_failures = Counter(
        "hoithi_commit_failures_total", "Offset commits refused (harmless: redelivered)", ["topic"]
    )
    handler_seconds = Histogram("hoithi_handler_seconds", "Time of one consumed batch", ["topic"], buckets=FAST)
    handler_retries = Counter("hoithi_handler_retries_total", "Batches tried again after a transient error", ["topic"])

    # The contest
    submit_to_scored = Histogram(
        "hoithi_submit_to_scored_seconds", "From the stored submission to the stored score", buckets=SLOW
    )
    submit_to_counted = Histogram(
        "hoithi_submit_to_counted_seconds", "From the stored submission to the stored count", buckets=SLOW
    )
    attempts_open = Gauge("hoithi_attempts_open", "Papers started and not handed in", ["contest"])
    attempts_overdue = Gauge(
        "hoithi_attempts_overdue", "Open papers past end and grace that the sweeper has not taken", ["contest"]
    )
    swept = Counter(
        "hoithi_swept_total", "Papers whose time ran out, handed in or abandoned by the sweeper", ["outcome"]
    )
    contest_phase = Gauge("hoithi_contest_phase", "0 not open, 1 open, 2 closing, 3 closed", ["contest"])
    clock_offset = Gauge(
        "hoithi_clock_offset_seconds", "This process's clock minus the gateway's receive time, newest request"
    )
    contest_closes = Gauge("hoithi_contest_closes_timestamp_seconds", "When the contest closes", ["contest"])
    keys_pending = Gauge(
        "hoithi_answer_keys_pending", "Keys that differ from the applied one and wait for a regrade", ["contest"]
    )
    stats_age = Gauge("hoithi_stats_published_timestamp_seconds", "When the newest public numbers were published")
    viewers = Gauge("hoithi_stream_viewers", "Open streams of totals")
    sign_in_failures = Counter(
        "hoithi_sign_in_failures_total",
        "Wrong codes and passwords: told `later`; at once, because the waiting room is `full` or the `budget` spent",
        ["answer"],
    )


METRICS = Metrics()
