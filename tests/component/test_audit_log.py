"""The audit log: only ever added to, chained, checked, and told to the auditor (rule 11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from itertools import product

import asyncpg
import pytest

from services.cli.reference import SERVICES
from services.runtime import audit
from services.runtime.audit import note
from services.runtime.database import Pool
from tests.support.registration import SERIES, Front, front, key
from tests.support.staffing import organiser
from tests.support.stores import Database, Stores, connect

FORBIDDEN = (
    "update audit set actor = 'x'",
    "delete from audit",
    "truncate audit",
    "drop table audit",
    "alter table audit disable trigger all",
    "alter table audit rename to gone",
    "update audit_chain set hash = ''",
    "delete from audit_chain",
    "truncate audit_chain",
    "drop table audit_chain",
    "insert into audit_chain values (99, 99, '')",
    "select audit_link(a) from audit a",
    "create or replace function audit_content(entry audit) returns bytea language sql as 'select null::bytea'",
    "drop schema public cascade",
)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with database("scoring") as made:
        yield made


async def noted(pool: Pool, count: int) -> None:
    for n in range(count):
        async with pool.acquire() as connection, connection.transaction():
            await note(connection, "staff:1", "key.viewed", f"q{n}", "khiếu nại", old={"n": n}, new=None)


async def check(pool: Pool, at: int = 0) -> audit.Chain:
    async with pool.acquire() as connection:
        return await audit.check(connection, at)


@pytest.mark.parametrize("service", SERVICES)
async def test_rule_11_a_services_own_role_can_add_to_its_log_and_do_nothing_else_to_it(
    stores: Stores, service: str
) -> None:
    name = await asyncio.to_thread(stores.new_database, service)
    connection = await connect(stores, service, name)
    try:
        await connection.execute("insert into audit (actor, action, subject) values ('staff:1', 'a', 's')")
        for statement in FORBIDDEN:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.execute(
            "grant all on audit, audit_chain to current_user"
        )  # PostgreSQL only warns, and grants nothing
        for table, right in product(
            ("audit", "audit_chain"), ("update", "delete", "truncate", "trigger", "references")
        ):
            assert not await connection.fetchval("select has_table_privilege($1, $2)", table, right)
        assert await connection.fetchval("select count(*) from audit join audit_chain on audit_id = id") == 1
        await connection.execute("create table still_allowed (id int)")
    finally:
        await connection.close()


async def test_every_row_is_linked_to_the_one_before(pool: Pool) -> None:
    assert (await check(pool)).head == audit.Head(0, "")
    await noted(pool, 3)
    chain = await check(pool)
    assert (chain.whole, chain.head.rows) == (True, 3)
    rows = await pool.fetch(
        "select c.hash, audit_content(a) as content from audit_chain c join audit a on a.id = audit_id order by seq"
    )
    before = b""
    for row in rows:
        before = sha256(before + row["content"]).digest()
        assert row["hash"] == before
    assert chain.head.hash == before.hex()


async def test_transactions_that_write_at_one_time_are_linked_in_the_order_of_their_commits(pool: Pool) -> None:
    async def several(n: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            for step in range(3):
                await note(connection, f"staff:{n}", "a", str(step))
                await asyncio.sleep(0.001)

    await asyncio.gather(*(several(n) for n in range(30)))
    chain = await check(pool)
    assert (chain.whole, chain.head.rows) == (True, 90)


async def test_what_is_rolled_back_leaves_no_link(pool: Pool) -> None:
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await note(connection, "staff:1", "a", "s")
        await transaction.rollback()
    await noted(pool, 1)
    assert (await check(pool)).head.rows == 1


TAMPERED = {
    "a changed row": ("update audit set reason = 'khác' where subject = 'q2'", 3, 0),
    "a changed value": ("update audit set old = '{\"n\": 9}' where subject = 'q0'", 1, 0),
    "a row taken out": ("delete from audit where subject = 'q3'", 4, 0),
    "a row and its link taken out": (
        "delete from audit_chain where seq = 2; delete from audit where subject = 'q1'",
        3,
        0,
    ),
    "a row put in behind its back": (
        "insert into audit (actor, action, subject) values ('x', 'y', 'z')",
        None,
        1,
    ),
    "rows that changed places": (
        "update audit_chain set audit_id = -audit_id; "
        "update audit_chain set audit_id = case seq when 1 then 2 when 2 then 1 else -audit_id end",
        1,
        0,
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
async def test_whoever_owns_the_server_and_tampers_is_found_out(stores: Stores, what: str) -> None:
    statement, broken_at, unlinked = TAMPERED[what]
    async with stores.database("scoring") as pool:
        await noted(pool, 5)
        name = await pool.fetchval("select current_database()")
        unwatched = "set session_replication_role = replica; "
        await asyncio.to_thread(stores.postgres.sql, unwatched + statement, name)
        chain = await check(pool)
        assert (chain.whole, chain.broken_at, chain.unlinked) == (False, broken_at, unlinked)


async def test_a_log_whose_end_was_cut_off_is_told_by_an_earlier_head(stores: Stores) -> None:
    async with stores.database("scoring") as pool:
        await noted(pool, 5)
        remembered = (await check(pool)).head
        assert (await check(pool, remembered.rows)).then == remembered.hash
        name = await pool.fetchval("select current_database()")
        cut = "set session_replication_role = replica; delete from audit where id > 3; delete from audit_chain where seq > 3"
        await asyncio.to_thread(stores.postgres.sql, cut, name)
        chain = await check(pool, remembered.rows)
        assert (chain.whole, chain.then) == (True, None)
        await noted(pool, 2)
        assert (await check(pool, remembered.rows)).then != remembered.hash


@pytest.fixture
async def service(stores: Stores) -> AsyncIterator[Front]:
    async with front(stores) as made:
        yield made


async def test_the_auditor_reads_who_did_what_by_actor_action_and_time_in_pages(service: Front) -> None:
    boss = await organiser(service)
    for unit in ("H-VY", "T-THADS", "BG"):
        await boss.get(f"/series/{SERIES}/contestants", params={"unit": unit})
    me = (await boss.get("/staff/me")).json()["staff_id"]
    by = service.machine("auditor")
    first = (await by.get("/audit-log", params={"who": f"staff:{me}", "what": "contestants.", "limit": 2})).json()
    assert [entry["subject"] for entry in first["entries"]] == [f"{SERIES}|BG", f"{SERIES}|T-THADS"]
    more = {"who": f"staff:{me}", "what": "contestants.", "limit": 2, "before": first["next"]}
    rest = (await by.get("/audit-log", params=more)).json()
    assert ([entry["subject"] for entry in rest["entries"]], rest["next"]) == ([f"{SERIES}|H-VY"], None)
    at = first["entries"][0]["at"]
    since = (await by.get("/audit-log", params={"since": at})).json()["entries"]
    assert [entry["subject"] for entry in since] == [f"{SERIES}|BG"]
    chain = (await by.get("/audit-log/chain")).json()
    assert (chain["broken_at"], chain["unlinked"]) == (None, 0)
    assert chain["head"]["hash"] == since[0]["hash"]


async def test_nobody_but_the_auditor_reads_the_log(service: Front) -> None:
    boss = await organiser(service)
    for path in ("/audit-log", "/audit-log/chain"):
        assert (await boss.get(path)).status_code == 403
        assert (await service.client().get(path)).status_code == 401


async def test_no_name_login_or_link_stands_in_the_log(service: Front) -> None:
    boss = await organiser(service, "lan.tran")
    asked = {"series_id": SERIES, "role": "unit_officer", "unit_id": "BG", "login": "binh.le@example.vn"}
    link = (await boss.post("/staff/invitations", json=asked, headers=key())).json()["link"]
    logged = (await service.machine("auditor").get("/audit-log")).text
    for secret in ("lan.tran", "binh.le", link.partition("#")[2]):
        assert secret not in logged
