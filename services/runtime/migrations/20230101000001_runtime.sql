-- migrate:up
create table outbox (
    id bigint generated always as identity primary key,
    topic text not null,
    key text not null,
    headers bytea not null,      -- JSON array of [name, value]
    payload bytea not null,
    created_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Who leads (the relay, the closing, the publisher) and when it was last alive; a successor ends a silent one.
create table lease (
    name text primary key,
    instance text not null,
    backend_pid int not null,
    beat_at timestamptz not null
);

create table idempotency (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    resource_id text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (scope, key)
);

-- Append-only: who did what, why, and what it was before. Ids only, never names.
create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor text not null,
    action text not null,
    subject text not null,
    reason text,
    old jsonb,
    new jsonb
);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are never changed or deleted';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();

-- migrate:down
drop table audit, idempotency, lease, outbox;
drop function audit_is_append_only;
