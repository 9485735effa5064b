-- migrate:up
-- Every version of the rules stays: a paper keeps the ones it was drawn by, whatever is defined while it runs.
create table definitions (
    contest_id text not null,
    version int not null,
    rules jsonb not null,
    reason text,
    recorded_at timestamptz not null,
    primary key (contest_id, version)
);
insert into definitions (contest_id, version, rules, reason, recorded_at)
    select contest_id, version, rules, reason, recorded_at from contests;

alter table attempts add column definition_version int not null default 1;
update attempts a set definition_version = c.version from contests c where c.contest_id = a.contest_id and c.version > 1;
alter table attempts alter column definition_version drop default;

-- `closed_at` is the contest's time, this one the real time: they differ in a rehearsal.
alter table contests add column closed_recorded_at timestamptz;
update contests set closed_recorded_at = closed_at;

-- Waits while a closing counts or a definition changes, then says whether the contest is still open and still defined as
-- the caller read it. Volatile: its statements see what was committed while it waited, which the statement that calls
-- it would not.
drop function hold_open(text);
create function hold_open(contest text, definition int) returns boolean language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended(contest, 7));
    return exists (
        select 1 from contests where contest_id = contest and closed_at is null and version = definition);
end $$;

-- migrate:down
drop function hold_open(text, int);
create function hold_open(contest text) returns boolean language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended(contest, 7));
    return exists (select 1 from contests where contest_id = contest and closed_at is null);
end $$;
alter table contests drop column closed_recorded_at;
alter table attempts drop column definition_version;
drop table definitions;
