"""People through the gateway of a whole stack in real time: from the form to the public number, and without Kafka."""

from __future__ import annotations

import json
import uuid
from functools import partial
from pathlib import Path

import pytest

from deploy.local.processes import alive, wait_until
from deploy.local.stack import Stack
from tests.support.visiting import CONTEST, PATIENCE, House, house


def settled(at: House, people: int) -> bool:
    """Whether all three counts get there: each comes by a topic of its own, in no order between them."""
    awaited = [people] * 3
    return wait_until(
        lambda: [at.counts().get(name) for name in ("registrants", "participants", "attempts")] == awaited,
        90,
        step=0.3,
    )


def logged(stack: Stack, service: str, event: str, trace_id: str) -> bool:
    """Whether a service said in its log that it did this for the submission of that trace."""
    lines = stack.log(f"{service}-1").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if trace_id in line and line.startswith("{")]
    return event in [line["event"] for line in told if trace_id in line["traces"]]


def is_back(stack: Stack, name: str, killed: int) -> bool:
    return not alive(killed) and stack.pids[name] != killed and stack.ready(name)


@pytest.mark.timeout(480)
def test_one_attempt_goes_from_the_form_to_the_public_number(server_folder: Path) -> None:
    with house(server_folder) as at:
        somebody, careless = at.visitor(), at.visitor()
        traces = {True: uuid.uuid4().hex, False: uuid.uuid4().hex}
        for visitor, right in ((somebody, True), (careless, False)):
            visitor.register()
            visitor.start()
            assert len(visitor.paper["questions"]) == 19
            assert visitor.save(right=right)["rev"] == 1
            receipt = visitor.submit(right=right, traceparent=f"00-{traces[right]}-00f067aa0ba902b7-01")
            assert receipt == visitor.submit(seq=99, right=not right)
            assert (receipt["receipt"]["answered"], receipt["receipt"]["late_ms"]) == (19, 0)

        assert settled(at, 2), at.board()
        counts = at.counts()
        assert {name: counts[name] for name in ("registrants", "participants", "attempts", "valid")} == {
            "registrants": 2, "participants": 2, "attempts": 2, "valid": 2,
        }  # fmt: skip
        assert counts.get("perfect") is None, "the predicted quantity is secret until closing"

        told = [
            visitor.ask("GET", f"/api/scoring/v1/contests/{CONTEST}/results").json() for visitor in (somebody, careless)
        ]
        assert [one["attempts"][0]["score"]["right"] for one in told] == [19, 18]
        assert [one["attempts"][0]["score"]["perfect"] for one in told] == [True, False]
        quiz, scoring, stats = (at.audit(service) for service in ("quiz", "scoring", "stats"))
        assert quiz["facts"]["attempts"] == scoring["facts"]["attempts"]
        assert scoring["facts"]["scores"] == stats["facts"]["scores"]
        assert stats["rollups_equal"]
        for service, event in (("quiz", "handed in"), ("scoring", "marked"), ("stats", "counted")):
            for trace_id in traces.values():
                assert logged(at.stack, service, event, trace_id), f"{service} says nothing of {trace_id}"


@pytest.mark.timeout(480)
def test_without_kafka_registration_and_quiz_start_and_serve_and_afterwards_everything_is_counted(
    server_folder: Path,
) -> None:
    with house(server_folder) as at:
        stack = at.stack
        early = at.visitor()
        early.register()
        early.start()
        stack.hold("kafka")
        for name in ("registration-1", "quiz-1"):
            killed = stack.kill(name)
            assert wait_until(partial(is_back, stack, name, killed), PATIENCE), name

        late = [at.visitor() for _ in range(5)]
        for visitor in late:
            visitor.register()
            visitor.start()
        for visitor in (early, *late):
            assert visitor.save()["rev"] == 1
            assert visitor.submit()["receipt"]["how"] == "by_hand"
        assert at.counts().get("attempts") in (0, None), "nothing can have been counted yet"

        stack.release("kafka")
        assert settled(at, 6), at.board()
        counts = at.counts()
        assert (counts["registrants"], counts["participants"], counts["valid"]) == (6, 6, 6)
        assert wait_until(lambda: at.audit("quiz")["outbox"] == at.audit("registration")["outbox"] == 0, 90)
        assert at.audit("stats")["rollups_equal"]
