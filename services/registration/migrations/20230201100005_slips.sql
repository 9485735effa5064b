-- migrate:up
-- Invitations by unit officers (rosters): names of people who have not registered. Purged 30 days after results.
create table slips (
    id uuid primary key,
    series_id text not null,
    unit_id text not null,
    name text not null,
    sort_name text collate "C" not null,
    birth_date date,
    category text,
    phone_enc bytea,                 -- bound to this row's id
    secret_hash bytea not null unique,
    created_by text not null,
    created_at timestamptz not null,
    opened_at timestamptz
);
create index slips_by_unit on slips (series_id, unit_id, sort_name, id);

-- One person a slip: a limit is a unique key.
alter table contestants add column slip_id uuid;
create unique index contestants_slip on contestants (slip_id) where slip_id is not null;

-- migrate:down
alter table contestants drop column slip_id;
drop table slips;
