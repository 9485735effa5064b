-- migrate:up
-- Tries given back (cấp lại lượt), each with its reason in the audit: the newest start before it counts for no limit.
create table tries_given (
    contestant_id uuid not null,
    contest_id text not null,
    nth int not null,                -- a limit is a unique key: never more than there are starts
    given_at timestamptz not null,
    primary key (contestant_id, contest_id, nth)
);
alter table attempts add column given_back int not null default 0;  -- tries given back before this start
alter table attempts add column extra_ms int not null default 0;    -- minutes given (bù giờ)

-- Minutes for papers open between two times; the same order again adds nothing.
create table minutes_given (
    id text primary key,
    contest_id text not null,
    answer jsonb not null
);

-- migrate:down
drop table minutes_given, tries_given;
alter table attempts drop column given_back, drop column extra_ms;
