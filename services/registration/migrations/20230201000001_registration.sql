-- migrate:up

-- A copy of the contests' rules, so that everything goes on while Kafka is down.
create table contests (
    contest_id text primary key,
    series_id text not null,
    version int not null,
    rules jsonb not null,
    closed_version int               -- the definition that was closed; a newer one opens again
);
create index contests_by_series on contests (series_id);

create table unit_trees (
    series_id text primary key,
    revision int not null            -- rises with every import: the ETag, and what replicas compare
);

create table units (
    series_id text not null,
    unit_id text not null,
    version int not null,
    position int not null,           -- the order in which the organiser gave them
    name_vi text not null,
    name_en text,
    parent text,
    kind text not null,
    headcount int check (headcount >= 0),
    headcounts jsonb not null default '{}',
    target double precision,
    open boolean not null default false,
    merged_into text,
    changed_at timestamptz not null, -- in the contest's own time
    recorded_at timestamptz not null,
    rehearsal boolean not null,
    primary key (series_id, unit_id)
);

create table contestants (
    id uuid primary key,
    series_id text not null,
    number text not null,
    name text,
    sort_name text collate "C",      -- by given name, see domain/text.py
    birth_date date,
    unit_id text,
    category text,
    group_id text,
    phone_enc bytea,                 -- AES-GCM; bound to this row's id
    phone_hmac bytea,
    phone_slot smallint,             -- the how-many-eth person with this phone: a limit is a unique key
    id_number_enc bytea,
    id_number_hmac bytea,
    code_hmac bytea not null,        -- keyed over id and entry code
    entry_key bytea,                 -- keyed over Idempotency-Key and entry code: a repeat finds its own row
    entry_body bytea,                -- keyed hash of the body: another body under the same key is refused
    entered jsonb,                   -- unit, category, group as registered, once they differ from the above
    version int not null default 1,
    excluded boolean not null default false,
    renew_before timestamptz,        -- session tokens issued before are exchanged for new ones
    end_before timestamptz,          -- session tokens issued before are over
    registered_at timestamptz not null,
    recorded_at timestamptz not null,
    erased_at timestamptz,
    rehearsal boolean not null
) with (fillfactor = 90);
create unique index contestants_number on contestants (series_id, number);
create unique index contestants_phone on contestants (series_id, phone_hmac, phone_slot) where phone_hmac is not null;
create unique index contestants_id_number on contestants (series_id, id_number_hmac) where id_number_hmac is not null;
create unique index contestants_entry on contestants (entry_key) where entry_key is not null;
create index contestants_by_unit on contestants (series_id, unit_id, sort_name, id);

-- One row per purpose and text version; withdrawn ones stay, with the time.
create table consents (
    contestant_id uuid not null,
    purpose text not null,
    text_version text not null,
    given_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (contestant_id, purpose, text_version)
);

-- The consent of a legal representative, or a school's mark in its place, for a person under the age set.
create table guardians (
    contestant_id uuid primary key,
    name text,
    phone_enc bytea,
    marked_by uuid,
    consented_at timestamptz not null,
    withdrawn_at timestamptz
);

-- Every fact about a person after the first, as published, so that it can be published again.
create table contestant_facts (
    contestant_id uuid not null,
    version int not null,
    type text not null,
    payload bytea not null,
    primary key (contestant_id, version)
);

create table took_part (
    contestant_id uuid not null,
    contest_id text not null,
    primary key (contestant_id, contest_id)
);

-- Wrong codes and passwords: keyed hashes of account and address, kept for an hour.
create table sign_in_failures (
    account bytea not null,
    address bytea not null,
    at timestamptz not null default clock_timestamp()
);
create index sign_in_failures_by_account on sign_in_failures (account, at);
create index sign_in_failures_by_address on sign_in_failures (address, at);
create index sign_in_failures_by_time on sign_in_failures (at);

create table staff (
    id uuid primary key,
    login text not null unique,
    name text not null,
    password_hash text not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);

create table roles (
    staff_id uuid not null references staff,
    role text not null,
    series_id text,                  -- null: every series, and then expires_at is set
    unit_id text,                    -- of a unit officer: the root of the subtree
    granted_by text not null,
    granted_at timestamptz not null,
    expires_at timestamptz,
    check (series_id is not null or expires_at is not null),
    check ((role = 'unit_officer') = (unit_id is not null)),
    unique nulls not distinct (staff_id, role, series_id, unit_id)
);

create table invitations (
    id uuid primary key,
    token_hash bytea not null unique,
    login text,                      -- null: the invited person chooses it
    role text not null,
    series_id text,
    unit_id text,
    invited_by text not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid
);

-- migrate:down
drop table invitations, roles, staff, sign_in_failures, took_part, contestant_facts, guardians, consents, contestants,
    units, unit_trees, contests;
