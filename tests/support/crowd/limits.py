"""What the databases hold afterwards: what people were told, and nothing beyond a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from deploy.local.stack import Stack
from tests.support.crowd.pairing import NEEDED
from tests.support.crowd.shared import LATE, TRIES, Crowd

PER_PHONE = """select max(n) from (select count(*) n from (
    select phone_hmac as digest, phone_slot as slot from contestants where phone_hmac is not null
    union all select digest, slot from held_digests where kind = 'phone') places group by digest) phones"""
"""Places of a number, those of people who were erased since among them."""
OWNED = ("consents", "guardians", "notices", "tickets", "corrections", "took_part")
NOBODY = {
    "registered with an invitation that is not there": """select count(*) from contestants c where slip_id is not null
        and not exists (select from slips s where s.id = c.slip_id)""",
    "a slip that let two people in": "select count(*) - count(distinct slip_id) from contestants where slip_id is not null",
    "confirmed what they asked for": """select count(*) from second_person
        where state = 'confirmed' and asked_by = decided_by""",
    "gave more tickets than a day allows": """select count(*) from (select from tickets where kind = 'code'
        group by issued_by, day having count(*) > 30) as more""",
    "has two open tickets": """select count(*) from (select from tickets where spent_at is null
        group by contestant_id, kind having count(*) > 1) as more""",
    "has two standing consents of a guardian": """select count(*) from (select from guardians where withdrawn_at is null
        group by contestant_id having count(*) > 1) as more""",
    "has two standing consents to one purpose": """select count(*) from (select from consents where withdrawn_at is null
        group by contestant_id, purpose having count(*) > 1) as more""",
    "was corrected and the log has no reason": """select count(*) from audit where action = 'contestant.correct'
        and (reason is null or not new ? 'fields' or (select count(*) from jsonb_object_keys(new)) <> 1)""",
    "is erased and has a name": """select count(*) from contestants where erased_at is not null and num_nonnulls(
        number, name, sort_name, birth_date, phone_enc, phone_hmac, entry_key, entry_body, slip_id) > 0""",
    **{
        f"is erased and has {table}": f"""select count(*) from {table} t join contestants c on c.id = t.contestant_id
            where c.erased_at is not null"""
        for table in OWNED
    },
}
"""Who there must be none of, and how registration's database counts them."""


def one(stack: Stack, service: str, statement: str) -> int:
    return int(stack.postgres.sql(statement, service).strip() or 0)


def check(stack: Stack, crowd: Crowd, shared_by: int) -> None:
    people(stack, crowd)
    assert one(stack, "registration", PER_PHONE) <= shared_by
    found = {who: n for who, statement in NOBODY.items() if (n := one(stack, "registration", statement))}
    assert not found
    erased(stack, crowd)
    papers(stack)
    assert one(stack, "quiz", "select count(*) from attempts where state = 1") == receipts(crowd)
    tickets(stack, crowd)
    pairings(stack, crowd)
    corrections(stack, crowd)
    barred(stack, crowd)
    children(stack)
    consents(stack)


def people(stack: Stack, crowd: Crowd) -> None:
    ids = [person.id for person in crowd.people if person.ids]
    assert len(ids) == len(set(ids))
    # Somebody whose answer was lost and who never asked again is registered and does not know it. A repeat that was on
    # its way while its person was erased enters them anew.
    most = len(crowd.people) + sum(person.leaving for person in crowd.people)
    assert len(ids) <= one(stack, "registration", "select count(*) from contestants") <= most


def erased(stack: Stack, crowd: Crowd) -> None:
    """Everybody who was told so is, and their names stand nowhere."""
    gone = [person for person in crowd.people if person.gone]
    rows = stack.postgres.sql("select id from contestants where erased_at is not null", "registration").split()
    assert {person.id for person in gone} <= set(rows)
    names = quoted(name for person in gone for name in person.names)
    for table in ("contestants", "slips", "guardians"):
        assert one(stack, "registration", f"select count(*) from {table} where name in ({names})") == 0, table
    logged = "select string_agg(concat_ws('|', subject, reason, old::text, new::text), '') from audit"
    text = stack.postgres.sql(logged, "registration")
    assert not [name for person in crowd.people for name in person.names if name in text]


def papers(stack: Stack) -> None:
    """Nobody has more than the rules and the tries given back allow, or more minutes than can be given."""
    more = """select count(*) from (select count(*) n, (select count(*) from tries_given g
        where g.contestant_id = a.contestant_id and g.contest_id = a.contest_id) given
        from attempts a group by a.contestant_id, a.contest_id) p"""
    assert one(stack, "quiz", f"{more} where n > {TRIES} + given or given > n") == 0
    minutes = "select count(*) from attempts where extra_ms > 7200000"
    assert one(stack, "quiz", minutes) == 0
    ends = "ends_at <> started_at + make_interval(mins => 20, secs => extra_ms / 1000.0)"
    assert one(stack, "quiz", f"select count(*) from attempts where {ends}") == 0


def receipts(crowd: Crowd) -> int:
    return sum(len(person.receipts) for person in crowd.people)


def tickets(stack: Stack, crowd: Crowd) -> None:
    """The limit was told to nobody who had not reached it. By the log: tickets go with a person who is erased."""
    rows = stack.postgres.sql(
        "select actor from audit where action = 'ticket.give' group by actor having count(*) >= 30", "registration"
    )
    assert {f"staff:{member}" for member in crowd.limited} <= set(rows.split())


def pairings(stack: Stack, crowd: Crowd) -> None:
    """One that signed two devices in would be told twice and spent once."""
    spent = counts(
        stack, "select contestant_id, count(*) from tickets where kind = 'device' and spent_at is not null group by 1"
    )
    assert not [each.number for each in crowd.people if not each.leaving and each.paired > spent.get(each.id, 0)]


def corrections(stack: Stack, crowd: Crowd) -> None:
    """Whatever was told to be corrected stands in the log, and what stood there before with the person."""
    logged = counts(stack, "select subject, count(*) from audit where action = 'contestant.correct' group by 1")
    kept = counts(stack, "select contestant_id, count(*) from corrections group by 1")
    for person in crowd.people:
        assert person.corrections <= logged.get(person.id, 0), person.id
        assert person.leaving or person.corrections <= kept.get(person.id, 0), person.id
    rows = stack.postgres.sql("select id, name from contestants where erased_at is null", "registration").splitlines()
    now = dict(line.split("|") for line in rows)
    assert not [
        (each.names, now[each.id]) for each in crowd.people if each.id in now and now[each.id] not in each.names
    ]


def barred(stack: Stack, crowd: Crowd) -> None:
    """Who stood on the list before is not registered: without that there is no session, and no paper."""
    listed = [person for person in crowd.people if person.barred]
    assert listed
    assert not [person.id for person in listed if person.ids or person.papers]
    names = quoted(person.name for person in listed)
    assert one(stack, "registration", f"select count(*) from contestants where name in ({names})") == 0


def children(stack: Stack) -> None:
    """No paper of a child started before a guardian's consent, or later than quiz can have heard of its end."""
    born = "select id from contestants where birth_date > now() - interval '16 years' and erased_at is null"
    young = set(stack.postgres.sql(born, "registration").split())
    assert not alone(stack, "select contestant_id, {}, {} from guardians", "consented_at", young)


def consents(stack: Stack) -> None:
    """The same of everybody and each consent that a paper needs."""
    living = set(stack.postgres.sql("select id from contestants where erased_at is null", "registration").split())
    for purpose in NEEDED:
        statement = f"select contestant_id, {{}}, {{}} from consents where purpose = '{purpose}'"
        assert not alone(stack, statement, "given_at", living), purpose


def alone(stack: Stack, statement: str, given: str, people: set[str]) -> list[tuple[str, float]]:
    """Papers of these people that started while nothing of `statement` stood: person and time."""
    stood = defaultdict(list)
    ends = "coalesce(extract(epoch from withdrawn_at), 'infinity')"
    for line in stack.postgres.sql(statement.format(f"extract(epoch from {given})", ends), "registration").splitlines():
        person, since, until = line.split("|")
        stood[person].append((float(since), float(until) + LATE))
    started = stack.postgres.sql("select contestant_id, extract(epoch from started_at) from attempts", "quiz")
    papers_ = [(person, float(at)) for person, at in (line.split("|") for line in started.splitlines())]
    return [
        (person, at)
        for person, at in papers_
        if person in people and not any(since <= at <= until for since, until in stood[person])
    ]


def counts(stack: Stack, statement: str) -> dict[str, int]:
    rows = (line.split("|") for line in stack.postgres.sql(statement, "registration").splitlines())
    return {subject: int(count) for subject, count in rows}


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
