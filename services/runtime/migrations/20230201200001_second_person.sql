-- migrate:up
-- What one person asks for and another confirms. `content` holds ids and settings only, never names.
create table second_person (
    id uuid primary key,
    action text not null,
    subject text not null,
    scope text not null,             -- the series or contest whose roles decide; '*': every one
    content jsonb not null,
    reason text,
    digest bytea not null,           -- over all of the above and the asker: what the second person has seen
    asked_by text not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'confirmed', 'refused', 'expired')),
    decided_by text,
    decided_at timestamptz,
    check ((state in ('confirmed', 'refused')) = (decided_by is not null))
);
create unique index second_person_once on second_person (digest) where state = 'waiting';
create index second_person_waiting on second_person (asked_at) where state = 'waiting';

-- migrate:down
drop table second_person;
