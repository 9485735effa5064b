"""A second set of tables beside the live ones, and the moment in which they change places."""

from __future__ import annotations

from services.runtime.database import Connection

LIVE, BESIDE = "stats", "stats_rebuild"
# In the order in which handlers take them, so that the swap rather waits than deadlocks.
TABLES = ("contests", "units", "contestants", "facts", "revs", "rollups")


async def create_beside(connection: Connection) -> None:
    """Empty tables like the live ones; what an earlier rebuild left is dropped."""
    await connection.execute(f"drop schema if exists {BESIDE} cascade")
    await connection.execute(f"create schema {BESIDE}")
    for table in TABLES:
        await connection.execute(f"create table {BESIDE}.{table} (like {LIVE}.{table} including all)")
        options = await connection.fetchval(
            "select array_to_string(reloptions, ', ') from pg_class where oid = $1::text::regclass", f"{LIVE}.{table}"
        )
        if options:
            await connection.execute(f"alter table {BESIDE}.{table} set ({options})")


async def count_facts(connection: Connection, schema: str) -> int:
    """`schema`: LIVE or BESIDE."""
    count: int = await connection.fetchval(f"select count(*) from {schema}.facts")
    return count


async def stop_writers(connection: Connection) -> None:
    """Waits for every transaction that counts, and lets no new one write until this transaction ends. Readers go on."""
    tables = ", ".join(f"{LIVE}.{table}" for table in TABLES)
    await connection.execute(f"lock table {tables} in share row exclusive mode")


async def missing_facts(connection: Connection) -> int:
    """Facts that the live tables hold and the others do not, or hold in an older version: none, or the swap loses some."""
    return int(
        await connection.fetchval(
            f"""select count(*) from {LIVE}.facts a left join {BESIDE}.facts b using (contestant_id, attempt_id)
            where b.version is null or b.version < a.version"""
        )
    )


async def missing_people(connection: Connection) -> int:
    """Persons of whom the live tables know something that the others do not."""
    return int(
        await connection.fetchval(
            f"""select count(*) from {LIVE}.contestants a left join {BESIDE}.contestants b using (contestant_id)
            where b.contestant_id is null or (b.registered_hour is null and a.registered_hour is not null)
              or b.placed_version < a.placed_version or b.excluded_version < a.excluded_version
              or b.erased_version < a.erased_version"""
        )
    )


async def swap(connection: Connection) -> None:
    """The rebuilt tables become the live ones. Revisions go on from the live ones, under a new generation."""
    await connection.execute(
        f"""update {BESIDE}.revs b set rev = greatest(a.rev, b.rev) + 1, generation = a.generation + 1, phase = a.phase,
          held_hour = a.held_hour, published = a.published
        from {LIVE}.revs a where a.scope = b.scope"""
    )
    await connection.execute(f"update {BESIDE}.rollups r set rev = s.rev from {BESIDE}.revs s where s.scope = r.scope")
    await connection.execute(
        f"""update {BESIDE}.rollups b set held = a.held from {LIVE}.rollups a
        where (a.scope, a.kind, a.unit, a.slot) = (b.scope, b.kind, b.unit, b.slot) and b.kind = 'unit'"""
    )
    tables = ", ".join(f"{LIVE}.{table}" for table in TABLES)
    await connection.execute(f"lock table {tables} in access exclusive mode")
    await connection.execute(f"drop schema {LIVE} cascade")
    await connection.execute(f"alter schema {BESIDE} rename to {LIVE}")
