"""What months leave behind: rows of attempts that nobody made, to measure what a request costs beside them.

To measure beside few, what the warming up left is taken away instead.

They are copies of stored rows under new ids, written with SQL, because a million through the services would take the better part
of an hour. Nothing is published of them and no rollup moves: good for what a request costs, not for an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import asyncpg

Url = Callable[[str], str]
"""service -> a URL that may write to its database."""

# As the services make them: a person's id rises with the time of registration, an attempt's is spread over all values.
PERSON = "uuidv7(make_interval(secs => -86400 - 2592000 * random()))"
ATTEMPT = "gen_random_uuid()"
TEMPLATES = 500
"""Rows that are copied over and over."""
PER_PERSON = 5
"""Attempts, as in September 2023: where a table has a row for each person, it gets so many fewer."""

_TABLES: Mapping[str, Mapping[str, int]] = {
    "quiz": {"attempts": 1},
    "scoring": {"scores": 1},
    "stats": {"facts": 1, "contestants": PER_PERSON},
    "registration": {"took_part": PER_PERSON},
}


async def hold(url: Url, attempts: int) -> None:
    """Every service holds so many afterwards; of people those who are there stay. Needs some attempts that were made and counted,
    and that nothing of theirs is on its way. Raises RuntimeError where there are none."""
    for service, tables in _TABLES.items():
        connection = await asyncpg.connect(url(service))
        try:
            for table, share in tables.items():
                await _copy(connection, table, attempts // share)
                if share == 1:
                    await _cut(connection, table, attempts)
            await connection.execute("checkpoint")
        finally:
            await connection.close()


async def _copy(connection: asyncpg.Connection, table: str, wanted: int) -> None:
    missing = wanted - await connection.fetchval(f"select count(*) from {table}")
    if missing <= 0:
        return
    columns = await connection.fetch(
        """select column_name, data_type from information_schema.columns
           where table_name = $1 and is_generated = 'NEVER' order by ordinal_position""",
        table,
    )
    made = {"contestant_id": PERSON, "attempt_id": ATTEMPT}
    values = [
        f"{made[name]}::{type_}" if name in made else f"t.{name}" for name, type_ in (row.values() for row in columns)
    ]
    names = ", ".join(row["column_name"] for row in columns)
    templates = f"select * from {table} {_done(table)} limit {TEMPLATES}"
    there = await connection.fetchval(f"select count(*) from ({templates}) t")
    if not there:
        raise RuntimeError(f"{table} holds nothing that could be copied: let some attempts be made first")
    await connection.execute(
        f"""insert into {table} ({names}) select {", ".join(values)}
            from ({templates}) t, generate_series(1, {missing // there + 1}) limit {missing}""",
        timeout=900,
    )
    await connection.execute(f"vacuum analyze {table}", timeout=900)


async def _cut(connection: asyncpg.Connection, table: str, wanted: int) -> None:
    surplus = await connection.fetchval(f"select count(*) from {table}") - wanted
    if surplus > 0:
        await connection.execute(
            f"delete from {table} where ctid in (select ctid from {table} {_done(table)} limit {surplus})", timeout=900
        )
        await connection.execute(f"vacuum analyze {table}", timeout=900)


def _done(table: str) -> str:
    """Only what was handed in is copied or taken away: an open paper has somebody who writes it."""
    return "where state = 1" if table == "attempts" else ""
