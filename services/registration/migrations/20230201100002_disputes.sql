-- migrate:up
-- Who says that others registered with their phone number. At most one open per number: a queue cannot be flooded.
create table phone_disputes (
    id uuid primary key,
    series_id text not null,
    phone_hmac bytea not null,
    phone_enc bytea,                 -- bound to this row's id; the helpdesk calls it; gone once it is decided
    name text,
    opened_at timestamptz not null,
    decided_at timestamptz,
    decided_by text
);
create unique index phone_disputes_open on phone_disputes (series_id, phone_hmac) where decided_at is null;
create index phone_disputes_queue on phone_disputes (series_id, opened_at) where decided_at is null;

-- Keyed hashes of the persons who may not enter (those who run the contest): by phone, ID number, name and birth date.
create table not_eligible (
    series_id text not null,
    digest bytea not null,
    primary key (series_id, digest)
);

-- What was done to somebody's account by others: shown until the person has seen it.
create table notices (
    id bigint generated always as identity primary key,
    contestant_id uuid not null,
    what text not null,
    by_role text not null,
    at timestamptz not null,
    seen_at timestamptz
);
create index notices_by_contestant on notices (contestant_id) where seen_at is null;

-- migrate:down
drop table notices, not_eligible, phone_disputes;
