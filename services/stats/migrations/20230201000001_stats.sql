-- migrate:up

-- A schema of their own, found after public: a rebuild makes the same tables in stats_rebuild and is swapped in.
create schema stats;
do $$ begin execute format('alter database %I set search_path = public, stats', current_database()); end $$;

create table stats.contests (
    contest_id text collate "C" primary key,
    series_id text collate "C" not null default '',
    version int not null default 0,          -- of the newest definition; 0: only its closing is known
    rules bytea,                             -- services.contracts.rules.Rules as JSON
    rehearsal boolean not null default false,
    closed_version int not null default 0,   -- of the newest contest.closed.v1; 0: open
    closed_definition int not null default 0,
    closed_attempts int,
    closed_digest text,
    closed_at timestamptz,
    announced_at timestamptz
);

create table stats.units (
    series_id text collate "C" not null,
    unit_id text collate "C" not null,
    version int not null default 0,          -- of the newest definition; 0: only a merge is known
    name bytea,                              -- services.contracts.rules.Text as JSON
    parent text,
    kind text not null default 'unit',
    headcount int,
    target double precision,
    merged_version int not null default 0,
    merged_into text,
    primary key (series_id, unit_id)
);

create table stats.contestants (
    contestant_id text collate "C" primary key,
    series_id text collate "C" not null,
    unit_id text,
    category text,
    group_id text,
    placed_version int not null default 0,
    registered_hour text,                    -- local, 2023-09-01T20; null: known from a score only
    excluded boolean not null default false,
    excluded_version int not null default 0,
    erased_version int not null default 0,
    took_part text[] not null default '{}'   -- contests with an attempt submitted
) with (fillfactor = 80);

create table stats.facts (
    contestant_id text collate "C" not null,
    attempt_id text collate "C" not null,
    contest_id text collate "C" not null,
    version int not null,
    ordinal int not null,
    how text not null,
    submitted_at timestamptz not null,
    hour text not null,
    duration_ms bigint not null,
    questions int not null,
    right_answers int not null,
    perfect boolean not null,
    valid boolean not null,                  -- as scoring said; exclusion is applied where it is counted
    primary key (contestant_id, attempt_id)
);

-- Keys as in services/stats/domain/ledger.py.
create table stats.rollups (
    scope text collate "C" not null,
    kind text collate "C" not null,
    unit text collate "C" not null,
    slot text collate "C" not null,
    registrants int not null,
    participants int not null,
    attempts int not null,
    valid int not null,
    perfect int not null,
    held int not null default 0,             -- perfect as of the last full hour (kind unit)
    rev bigint not null,
    primary key (scope, kind, unit, slot)
) with (fillfactor = 70);

-- One row per scope, locked by whoever moves its rollups until it commits: so revisions are in commit order.
create table stats.revs (
    scope text collate "C" primary key,
    rev bigint not null,
    generation int not null default 1,       -- rises when the tables were rebuilt: forget what is in memory
    definitions int not null default 0,      -- rises with the contest's rules and the series' units
    registered_at timestamptz,               -- contest time of the newest fact of each kind
    submitted_at timestamptz,
    phase text,
    held_hour text,
    published bigint not null default 0      -- version of stats.contest.v1 that was last acknowledged by Kafka
) with (fillfactor = 50);

-- migrate:down
drop schema stats cascade;
do $$ begin execute format('alter database %I reset search_path', current_database()); end $$;
