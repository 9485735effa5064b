"""Staff: by invitation, for one series, within one subtree, and in the log (rule 11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from services.registration.domain.staffing import INVITATION_LIVES, ROLE_OUTLIVES_CLOSING, WORKING_DAY
from services.registration.passwords import Passwords
from tests.support.registration import CLOSES, RULES, SERIES, Front, claims_of, form, front, key
from tests.support.staffing import PASSWORD, accept, entered, invited, joined, officer, organiser, sign_in
from tests.support.stores import Stores


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def test_the_secret_of_a_link_stands_behind_the_hash_and_nowhere_in_the_database(service: Front) -> None:
    answer = await service.machine("organiser").post(
        "/staff/invitations", json={"role": "organiser", "series_id": SERIES}, headers=key()
    )
    page, _, token = answer.json()["link"].partition("#")
    assert page == "http://localhost:8080/staff/accept"
    row = await service.parts.pool.fetchval("select to_jsonb(i)::text from invitations i")
    assert token not in row
    assert len(token) >= 40


async def test_a_repeat_with_the_same_key_tells_the_same_link(service: Front) -> None:
    by, keyed = service.machine("organiser"), key()
    body = {"role": "auditor", "series_id": SERIES}
    first = await by.post("/staff/invitations", json=body, headers=keyed)
    again = await by.post("/staff/invitations", json=body, headers=keyed)
    assert first.json() == again.json()
    assert await service.count("invitations") == 1
    other = await by.post("/staff/invitations", json={**body, "role": "operator"}, headers=keyed)
    assert other.json()["type"] == "/problems/idempotency-key-reused"


class AllAtOnce(Passwords):
    """Hashes nothing, and lets nobody go on before everybody is here."""

    def __init__(self, people: int) -> None:
        self._everybody = asyncio.Barrier(people)

    async def hash(self, password: str) -> str:
        await self._everybody.wait()
        return "not hashed"


async def test_rule_11_an_invitation_is_taken_once_however_many_open_the_link(service: Front) -> None:
    token = await invited(service, service.machine("organiser"), role="organiser")
    object.__setattr__(service.desk, "passwords", AllAtOnce(8))
    takers = [accept(service, service.client(), token, f"person{n}") for n in range(8)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*takers))
    assert statuses == [201] + [410] * 7
    assert (await service.count("staff"), await service.count("roles")) == (1, 1)


async def test_an_invitation_expires(service: Front) -> None:
    token = await invited(service, service.machine("organiser"), role="organiser")
    service.clock.pass_by(INVITATION_LIVES)
    answer = await service.client().post(
        "/staff/invitations/accept", json={"token": token, "login": "lan", "password": PASSWORD}
    )
    assert answer.json()["type"] == "/problems/invitation-spent"


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "organiser-organiser"])
async def test_a_weak_password_is_refused_and_the_invitation_stays(service: Front, password: str) -> None:
    token = await invited(service, service.machine("organiser"), role="organiser")
    body = {"token": token, "login": "organiser", "password": password}
    answer = await service.client().post("/staff/invitations/accept", json=body)
    assert answer.json()["type"] == "/problems/weak-password"
    await joined(service, token, "organiser")


async def test_an_account_with_another_password_is_not_taken_over(service: Front) -> None:
    await organiser(service)
    token = await invited(service, service.machine("organiser"), role="auditor")
    answer = await accept(service, service.client(), token, "organiser", "another long password")
    assert answer.json()["type"] == "/problems/login-taken"
    both = await joined(service, token, "organiser")
    grants = (await both.get("/staff/me")).json()["grants"]
    assert [grant["role"] for grant in grants] == ["auditor", "organiser"]


async def test_passwords_are_argon2id(service: Front) -> None:
    await organiser(service)
    assert (await service.parts.pool.fetchval("select password_hash from staff")).startswith("$argon2id$")


async def test_one_signs_in_with_login_and_password(service: Front) -> None:
    await organiser(service)
    right = await sign_in(service, "organiser")
    assert [grant["role"] for grant in (await right.get("/staff/me")).json()["grants"]] == ["organiser"]
    await officer(service, "H-VY", "tay.yen")
    body = {"login": " Tay.Yen", "password": PASSWORD}
    alone = await service.client().post("/staff/sessions", json=body)
    assert claims_of(alone, "hoithi_staff")["roles"] == ["unit_officer"]
    wrong = await service.client().post("/staff/sessions", json={"login": "organiser", "password": "wrong"})
    nobody = await service.client().post("/staff/sessions", json={"login": "nobody", "password": "wrong"})
    assert (wrong.status_code, wrong.json()["type"]) == (nobody.status_code, nobody.json()["type"])
    assert wrong.json()["type"] == "/problems/wrong-password"


async def test_a_staff_session_lasts_minutes_is_renewed_and_ends_with_the_working_day(service: Front) -> None:
    client = await organiser(service)
    for _ in range(int(WORKING_DAY / timedelta(minutes=10))):
        service.clock.pass_by(timedelta(minutes=10))
        assert (await client.get("/staff/me")).status_code == 200
    service.clock.pass_by(timedelta(minutes=10))
    assert (await client.get("/staff/me")).json()["type"] == "/problems/session-over"


async def test_an_unused_staff_session_is_over_after_a_quarter_of_an_hour(service: Front) -> None:
    client = await organiser(service)
    token = client.cookies["hoithi_staff"]
    service.clock.pass_by(timedelta(minutes=16))
    assert (await service.client(authorization=f"Bearer {token}").get("/staff/me")).status_code == 401


async def test_rule_11_roles_expire_with_the_contest(service: Front) -> None:
    await organiser(service)
    service.clock.pass_by(CLOSES + ROLE_OUTLIVES_CLOSING - service.clock.at - timedelta(minutes=1))
    assert (await (await sign_in(service, "organiser")).get("/staff/me")).json()["grants"] != []
    service.clock.pass_by(timedelta(seconds=30))
    assert (await (await sign_in(service, "organiser")).get("/staff/me")).status_code == 403


async def test_an_organiser_of_another_series_changes_nothing_here(service: Front) -> None:
    await service.define(msgspec.structs.replace(RULES, id="other", series_id="other"))
    person = await entered(service, "H-VY", "Lê An")
    token = await invited(service, service.machine("organiser"), role="organiser", series_id="other")
    stranger = await joined(service, token, "stranger")
    calls = [
        stranger.post(f"/series/{SERIES}/contestants/{person}/exclusion", json={"excluded": True, "reason": "thử"}),
        stranger.post(
            f"/series/{SERIES}/contestants/{person}/move", json={"unit_id": "BG", "category": None, "reason": "thử"}
        ),
        stranger.put(f"/series/{SERIES}/units", json={"units": []}),
        stranger.get(f"/series/{SERIES}/contestants"),
        stranger.get(f"/contestants/{person}"),
    ]
    assert [answer.status_code for answer in await asyncio.gather(*calls)] == [403] * 5


async def test_an_officer_reads_the_own_subtree_and_nothing_beside_or_above_it(service: Front) -> None:
    own = [await entered(service, unit, name) for unit, name in (("T-THADS", "Trần Bình"), ("T-THADS-CQ", "Lê An"))]
    other = await entered(service, "H-VY", "Phạm Chi")
    client = await officer(service, "T-THADS")
    listed = (await client.get(f"/series/{SERIES}/contestants")).json()
    assert [person["name"] for person in listed["contestants"]] == ["Lê An", "Trần Bình"]
    assert [(await client.get(f"/contestants/{person}")).status_code for person in [*own, other]] == [200, 200, 403]
    for unit in ("BG", "H-VY", "nowhere"):
        answer = await client.get(f"/series/{SERIES}/contestants", params={"unit": unit})
        assert answer.json()["type"] == "/problems/outside-your-unit", unit
    below = await client.get(f"/series/{SERIES}/contestants", params={"unit": "T-THADS-CQ"})
    assert [person["name"] for person in below.json()["contestants"]] == ["Lê An"]


async def test_a_list_comes_in_pages_that_miss_nobody(service: Front) -> None:
    names = {f"{family} {given}" for family in ("Lê", "Đỗ", "Trần") for given in ("An", "Ân", "Bình", "Đạt")}
    for name in names:
        await entered(service, "H-VY", name)
    client = await officer(service, "H-VY")
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await client.get(f"/series/{SERIES}/contestants", params={"limit": 5, **after})).json()
        seen += [person["name"] for person in page["contestants"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert sorted(seen) == sorted(names)
    assert [name.split()[-1] for name in seen] == ["An"] * 3 + ["Ân"] * 3 + ["Bình"] * 3 + ["Đạt"] * 3


async def test_rule_11_every_reading_of_a_name_is_logged_by_ids_only(service: Front) -> None:
    person = await entered(service, "H-VY", "Lê An")
    client = await officer(service, "H-VY")
    await client.get(f"/contestants/{person}")
    await client.get(f"/series/{SERIES}/contestants", params={"unit": "H-VY"})
    staff_id = (await client.get("/staff/me")).json()["staff_id"]
    [read] = await service.log("contestant.read")
    [listed] = await service.log("contestants.list")
    assert (read["actor"], read["subject"]) == (f"staff:{staff_id}", person)
    assert (listed["actor"], listed["subject"], listed["new"]["count"]) == (f"staff:{staff_id}", f"{SERIES}|H-VY", 1)
    rows = await service.parts.pool.fetch("select to_jsonb(a)::text from audit a")
    assert not any("Lê An" in row[0] for row in rows)


async def test_rule_11_the_log_is_only_ever_added_to(service: Front) -> None:
    await organiser(service)
    for statement in ("update audit set actor = 'x'", "delete from audit"):
        with pytest.raises(asyncpg.PostgresError):
            await service.parts.pool.execute(statement)


async def test_a_contestants_session_opens_no_door_of_staff(service: Front) -> None:
    client = service.client()
    await client.post(f"/series/{SERIES}/contestants", json=form(), headers=key())
    for path in (f"/series/{SERIES}/contestants", "/staff/me", "/audit"):
        assert (await client.get(path)).status_code == 403, path
