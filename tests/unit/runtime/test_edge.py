"""What the edge makes of a request: its time (rule 6), its trace, who calls (rule 10), and how it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from litestar import get, post
from msgspec import Struct

from services.runtime.access import SESSION_COOKIE, STAFF_COOKIE, Principal, Role, allow
from services.runtime.edge import Edge
from services.runtime.idempotency import Keyed
from services.runtime.problems import OVERLOADED, Problem
from tests.support.edge import NOW, ORIGIN, application, client, rehearsed, token

LONG_AGO = datetime(2023, 9, 30, 16, 59, 59, 999000, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Body(Struct):
    n: int


@get("/time", guards=[allow(Role.ANYONE)])
async def what_time(now: datetime, received_at: datetime, edge: Edge, trace: str) -> dict[str, Any]:
    return {"now": now, "received_at": received_at, "real": edge.real_now, "rehearsed": edge.rehearsed, "trace": trace}


@get("/mine", guards=[allow(Role.CONTESTANT)])
async def mine(principal: Principal) -> dict[str, Any]:
    return {"kind": principal.kind, "id": principal.id}


@get("/desk", guards=[allow(Role.HELPDESK, Role.ORGANISER)])
async def desk(principal: Principal) -> dict[str, Any]:
    return {"kind": principal.kind, "roles": sorted(principal.roles)}


@post("/paper", guards=[allow(Role.ATTEMPT)])
async def paper(principal: Principal) -> str:
    return principal.id


@post("/anyone", guards=[allow(Role.ANYONE)])
async def anyone(data: Body) -> int:
    return data.n


@post("/change", guards=[allow(Role.CONTESTANT)])
async def change() -> None:
    return None


@post("/watermark", guards=[allow(Role.REHEARSAL)])
async def watermark(principal: Principal) -> str:
    return principal.kind


@post("/keyed", guards=[allow(Role.ANYONE)])
async def with_key(keyed: Keyed) -> str:
    return keyed.key


@get("/broken/{how:str}", guards=[allow(Role.ANYONE)])
async def broken(how: str) -> None:
    match how:
        case "full":
            raise Problem(OVERLOADED, "Later.", retry_after=2.4, waiting=7)
        case "members":
            raise Problem(OVERLOADED, "x", status=200, type="y", title="z", instance="i")
        case "nul":
            raise asyncpg.CharacterNotInRepertoireError("invalid byte sequence")
        case "away":
            raise ConnectionResetError
        case _:
            raise KeyError("secret of the inside")


ROUTES = [what_time, mine, desk, paper, anyone, change, watermark, with_key, broken]


@pytest.fixture
def app() -> Any:
    return application(ROUTES)


@pytest.fixture
def stage() -> Any:
    """The application of a rehearsal."""
    return application(ROUTES, rehearsal=True)


async def ask(app: Any, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
    async with client(app) as caller:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await caller.request(method, path, json=body, headers=given)


# ---- time (rules 5 and 6) ----------------------------------------------------------------------------------


async def test_rule_5_the_receive_time_is_the_gateways(app: Any) -> None:
    answer = (await ask(app, "/time", x_received_at=str(int(LONG_AGO.timestamp() * 1000)))).json()
    assert answer["now"] == answer["received_at"] == "2023-09-30T16:59:59.999000Z"
    assert answer["real"] == "2026-11-24T03:04:05Z"


@pytest.mark.parametrize("stamp", ["", "now", "9" * 30, "1e3", "-" + "9" * 18])
async def test_a_stamp_that_cannot_be_read_gives_the_own_time(app: Any, stamp: str) -> None:
    assert (await ask(app, "/time", x_received_at=stamp)).json()["now"] == "2026-11-24T03:04:05Z"


async def test_rule_6_a_signed_header_gives_the_time_in_a_rehearsal(stage: Any) -> None:
    answer = (await ask(stage, "/time", x_rehearsal_time=rehearsed(LONG_AGO))).json()
    assert (answer["now"], answer["rehearsed"]) == ("2023-09-30T16:59:59.999000Z", True)
    assert answer["real"] == "2026-11-24T03:04:05Z", "sessions and latencies stay in real time"


@pytest.mark.parametrize(
    "forged",
    [
        "", ".", "1", "1.", rehearsed(LONG_AGO, b"another key"), rehearsed(LONG_AGO)[:-1],
        "1" + rehearsed(LONG_AGO), "9" * 400 + ".00", "x.y",
    ],
)  # fmt: skip
async def test_rule_6_a_forged_time_is_refused_in_a_rehearsal(stage: Any, forged: str) -> None:
    answer = await ask(stage, "/time", x_rehearsal_time=forged)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-rehearsal-time")


async def test_rule_6_without_the_header_a_rehearsal_takes_the_gateways_time(stage: Any) -> None:
    answer = (await ask(stage, "/time", x_received_at="1000")).json()
    assert (answer["now"], answer["rehearsed"]) == ("1970-01-01T00:00:01Z", False)


async def test_rule_6_outside_a_rehearsal_the_header_means_nothing_however_well_signed(app: Any) -> None:
    answer = (await ask(app, "/time", x_rehearsal_time=rehearsed(LONG_AGO))).json()
    assert (answer["now"], answer["rehearsed"]) == ("2026-11-24T03:04:05Z", False)
    assert (await ask(app, "/watermark", "POST", x_rehearsal_time=rehearsed(LONG_AGO))).status_code == 401


async def test_rule_6_only_who_signs_the_time_may_rehearse(stage: Any) -> None:
    assert (await ask(stage, "/watermark", "POST", x_rehearsal_time=rehearsed(LONG_AGO))).text == "rehearsal"
    assert (await ask(stage, "/watermark", "POST")).status_code == 401
    machine = f"Bearer {token('machine', roles=['operator', 'rehearsal'])}"
    assert (await ask(stage, "/watermark", "POST", authorization=machine)).status_code in (201, 403)


async def test_an_attempts_credential_lives_in_the_contests_time_and_a_session_in_real_time(stage: Any) -> None:
    then = {"x_rehearsal_time": rehearsed(LONG_AGO)}
    old = f"Bearer {token('attempt', LONG_AGO - timedelta(minutes=5), sub='a1')}"
    assert (await ask(stage, "/paper", "POST", authorization=old, **then)).status_code == 201
    assert (await ask(stage, "/paper", "POST", authorization=old)).status_code == 401
    assert (await ask(stage, "/mine", authorization=f"Bearer {token('session')}", **then)).status_code == 200
    aged = f"Bearer {token('session', LONG_AGO - timedelta(minutes=5))}"
    assert (await ask(stage, "/mine", authorization=aged, **then)).status_code == 401


# ---- trace -------------------------------------------------------------------------------------------------


async def test_the_callers_trace_is_kept(app: Any) -> None:
    assert (await ask(app, "/time", traceparent=TRACE)).json()["trace"] == TRACE


@pytest.mark.parametrize(
    "trace", ["", "00-x-y-01", TRACE + "0", TRACE.upper(), TRACE.replace("-", "0"), "00" + "-" * 53]
)
async def test_a_trace_that_is_none_is_replaced(app: Any, trace: str) -> None:
    made = (await ask(app, "/time", traceparent=trace)).json()["trace"]
    assert made != trace
    assert [len(part) for part in made.split("-")] == [2, 32, 16, 2]


# ---- who calls (rules 10 and 11) ---------------------------------------------------------------------------


async def test_nobody_is_told_to_sign_in_and_the_wrong_role_what_is_needed(app: Any) -> None:
    nobody = await ask(app, "/desk")
    assert (nobody.status_code, nobody.json()["type"]) == (401, "/problems/not-signed-in")
    wrong = await ask(app, "/desk", authorization=f"Bearer {token('machine', roles=['auditor'])}")
    assert (wrong.status_code, wrong.json()["needs"]) == (403, ["helpdesk", "organiser"])


async def test_roles_come_from_the_token_and_words_that_are_no_role_give_nothing(app: Any) -> None:
    claims = {"roles": ["organiser", "root", "contestant_of_the_month"]}
    answer = await ask(app, "/desk", cookie=f"{STAFF_COOKIE}={token('staff', **claims)}")
    assert answer.json() == {"kind": "staff", "roles": ["organiser"]}


@pytest.mark.parametrize("roles", [["anyone"], ["contestant"], ["attempt"], ["rehearsal"]])
async def test_a_staff_or_machine_token_cannot_make_itself_a_person_or_a_rehearsal(app: Any, roles: list[str]) -> None:
    """Rule 11: a role of staff is given by somebody; being a contestant is not a role of staff."""
    for aud in ("staff", "machine"):
        given = f"Bearer {token(aud, roles=roles)}"
        assert (await ask(app, "/mine", authorization=given)).status_code == 403
        assert (await ask(app, "/paper", "POST", authorization=given)).status_code == 403
        assert (await ask(app, "/watermark", "POST", authorization=given)).status_code == 403


async def test_a_cookie_of_one_kind_is_no_cookie_of_another(app: Any) -> None:
    for cookie in (f"{SESSION_COOKIE}={token('staff', roles=['helpdesk'])}", f"{STAFF_COOKIE}={token('session')}"):
        assert (await ask(app, "/desk", cookie=cookie)).status_code == 401
        assert (await ask(app, "/mine", cookie=cookie)).status_code == 401


async def test_who_is_signed_in_twice_is_who_the_handler_means(app: Any) -> None:
    both = (
        f"{SESSION_COOKIE}={token('session', sub='c1')}; {STAFF_COOKIE}={token('staff', sub='s1', roles=['helpdesk'])}"
    )
    assert (await ask(app, "/mine", cookie=both)).json() == {"kind": "session", "id": "c1"}
    assert (await ask(app, "/desk", cookie=both)).json()["kind"] == "staff"


async def test_rule_10_a_call_that_changes_something_must_come_from_the_own_origin(app: Any) -> None:
    cookie = f"{SESSION_COOKIE}={token('session')}"
    for origin in ("http://evil.example", "null", "", "http://localhost:8080.evil.example"):
        answer = await ask(app, "/change", "POST", cookie=cookie, origin=origin)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-origin"), origin
    assert (await ask(app, "/change", "POST", cookie=cookie, origin=ORIGIN)).status_code == 201
    assert (await ask(app, "/mine", cookie=cookie, origin="http://evil.example")).status_code == 200, "reading is free"


async def test_rule_10_a_form_of_another_site_cannot_sign_anybody_in(app: Any) -> None:
    assert (await ask(app, "/anyone", "POST", {"n": 1}, origin="http://evil.example")).status_code == 403
    assert (await ask(app, "/anyone", "POST", {"n": 1})).status_code == 201, "a machine sends no Origin"


async def test_machines_use_bearer_and_need_no_origin(app: Any) -> None:
    assert (await ask(app, "/change", "POST", authorization=f"Bearer {token('session')}")).status_code == 201


async def test_a_bearer_token_that_is_over_is_not_replaced_by_a_cookie(app: Any) -> None:
    answer = await ask(
        app,
        "/mine",
        authorization=f"Bearer {token('session', minutes=-1)}",
        cookie=f"{SESSION_COOKIE}={token('session')}",
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer a.b.c", "Bearer \xff", "Basic YTpi", "bearer x"])
async def test_rubbish_signs_nobody_in(app: Any, authorization: str) -> None:
    async with client(app) as caller:
        answer = await caller.get("/mine", headers=[(b"authorization", authorization.encode("latin-1"))])  # type: ignore[arg-type]
    assert answer.status_code == 401


# ---- refusals ----------------------------------------------------------------------------------------------


async def test_a_refusal_is_a_problem_document_with_the_status_of_its_answer(app: Any) -> None:
    answer = await ask(app, "/broken/full", traceparent=TRACE)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "2"
    assert answer.json() == {
        "type": "/problems/overloaded", "title": OVERLOADED.title, "status": 503, "detail": "Later.",
        "instance": f"urn:trace:{TRACE[3:35]}", "waiting": 7,
    }  # fmt: skip
    assert answer.status_code == 503


async def test_no_member_takes_the_place_of_the_documents_own(app: Any) -> None:
    document = (await ask(app, "/broken/members")).json()
    assert (document["status"], document["type"]) == (503, "/problems/overloaded")
    assert document["instance"].startswith("urn:trace:")


async def test_a_fault_says_nothing_of_the_inside(app: Any) -> None:
    answer = await ask(app, "/broken/bug")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/fault")
    assert "secret" not in answer.text


async def test_a_store_that_is_away_is_503_and_says_when_to_come_again(app: Any) -> None:
    answer = await ask(app, "/broken/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_text_that_cannot_be_stored_is_the_callers_fault(app: Any) -> None:
    assert (await ask(app, "/broken/nul")).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/anyone", 405), ("BREW", "/anyone", 405), ("GET", "/anyone", 405)],
)
async def test_what_is_not_there_is_a_problem_too(app: Any, method: str, path: str, status: int) -> None:
    answer = await ask(app, path, method)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_not_valid_is_told_field_by_field(app: Any) -> None:
    answer = await ask(app, "/anyone", "POST", {"n": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "n")


async def test_a_body_that_is_no_json_is_a_bad_request(app: Any) -> None:
    async with client(app) as caller:
        answer = await caller.post("/anyone", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_a_body_that_is_too_large_is_refused(app: Any) -> None:
    async with client(app) as caller:
        answer = await caller.post(
            "/anyone", content=b"[" + b" " * 1_100_000, headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize("key", ["", "short", "x" * 201, "with space in it", "tab\tin the key"])
async def test_a_key_that_is_none_is_refused(app: Any, key: str) -> None:
    assert (await ask(app, "/keyed", "POST", {}, idempotency_key=key)).status_code == 400


async def test_the_key_arrives_as_it_was_sent(app: Any) -> None:
    assert (await ask(app, "/keyed", "POST", {}, idempotency_key="k" * 8)).text == "k" * 8


# ---- health, metrics, document -----------------------------------------------------------------------------


async def test_callers_cannot_make_new_labels_of_metrics(app: Any) -> None:
    for n in range(5):
        await ask(app, f"/nowhere/{n}", f"BREW{n}")
        await ask(app, "/anyone", f"BREW{n}")
    text = (await ask(app, "/metrics")).text
    assert "BREW" not in text
    assert "nowhere" not in text
    assert 'route="OTHER' in text


async def test_the_document_describes_refusals_as_they_are(app: Any) -> None:
    document = (await ask(app, "/api/test/v1/openapi.json")).json()
    responses = document["paths"]["/anyone"]["post"]["responses"]
    assert set(responses) == {"201", "default"}
    assert "application/problem+json" in responses["default"]["content"]
    assert document["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail", "instance"]
    assert NOW
