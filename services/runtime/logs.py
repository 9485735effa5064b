"""JSON logs on standard error, one object a line. Personal data never goes in: log ids."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any

import msgspec
import structlog

_encoder = msgspec.json.Encoder(enc_hook=repr)


def _render(_: Any, __: str, event: Any) -> str:
    return _encoder.encode(event).decode()


def configure(service: str, instance: str, level: str) -> None:
    """Call once per process, before anything logs."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda _, __, event: {**event, "service": service, "instance": instance},
    ]
    structlog.configure(
        processors=[*chain, _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render], foreign_pre_chain=chain
    )
    handler.setFormatter(formatter)
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for noisy in ("aiokafka", "faststream", "httpx", "uvicorn.access"):
        logging.getLogger(noisy).setLevel("WARNING")


def trace_ids(traces: Iterable[str | None]) -> list[str]:
    """The ids of those `traceparent`s that are there, to be found again in the log of the next service."""
    return [trace.split("-")[1] for trace in traces if trace and "-" in trace]


def logger(name: str) -> Any:
    return structlog.get_logger(part=name)
