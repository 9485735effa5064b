-- migrate:up
-- An erased person has no number; the row stays for what was published about the id.
alter table contestants alter column number drop not null;

-- Until sealing a keyed digest of an erased person's phone (ID number) keeps its slot, so that erasing gives no new tries.
-- It names no contestant: nothing leads from here to the id.
create table held_digests (
    series_id text not null,
    kind text not null check (kind in ('phone', 'id_number')),
    digest bytea not null,
    slot smallint not null,
    primary key (series_id, kind, digest, slot)
);

-- Why somebody's identity cannot be erased now: a prize, an open complaint, an open flag.
create table holds (
    contestant_id uuid not null,
    kind text not null check (kind in ('winner', 'complaint', 'flag')),
    since timestamptz not null,
    primary key (contestant_id, kind)
);

-- Corrections by an organiser; what stood there before is personal, so it is here and not in the audit.
create table corrections (
    id bigint generated always as identity primary key,
    contestant_id uuid not null,
    field text not null,
    was text,
    becomes text,
    by text not null,
    at timestamptz not null
);
create index corrections_by_contestant on corrections (contestant_id);

-- What was announced of each contest: held digests go at sealing, rosters 30 days after results.
alter table contests add column sealed_at timestamptz, add column announced_at timestamptz;

-- migrate:down
alter table contests drop column sealed_at, drop column announced_at;
drop table corrections, holds, held_digests;
delete from contestants where number is null;
alter table contestants alter column number set not null;
