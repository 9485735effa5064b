-- migrate:up
-- Single-use tickets: `code` from an officer, to set a new entry code; `device` from the person, to sign in elsewhere.
create table tickets (
    id uuid primary key,
    contestant_id uuid not null,
    series_id text not null,
    kind text not null check (kind in ('code', 'device')),
    secret_hash bytea not null unique,   -- keyed
    issued_by text not null,
    role text,                           -- of the officer, for the notice
    day date,
    slot smallint,                       -- the how-many-eth ticket of this officer on this day: a limit is a unique key
    issued_at timestamptz not null,      -- real time, like all about sessions
    expires_at timestamptz not null,
    spent_at timestamptz,                -- used, or replaced by a newer one
    check ((kind = 'code') = (slot is not null))
);
create unique index tickets_limit on tickets (issued_by, day, slot) where slot is not null;
create unique index tickets_open on tickets (contestant_id, kind) where spent_at is null;

-- A registration that is sent again after this signs nobody in with the old code.
alter table contestants add column code_changed_at timestamptz;

-- migrate:down
alter table contestants drop column code_changed_at;
drop table tickets;
