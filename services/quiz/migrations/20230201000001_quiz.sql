-- migrate:up
create table contests (
    contest_id text primary key,
    series_id text not null,
    version int not null,
    rules jsonb not null,
    bank_version int not null,
    reason text,
    opens timestamptz not null,
    closes timestamptz not null,
    grace_ms int not null,
    rehearsal boolean not null,
    time timestamptz not null,
    recorded_at timestamptz not null,
    closed_at timestamptz,
    closed_attempts int,
    closed_digest text,
    closed_version int
);

-- Every version of a bank stays, without its keys: what a paper showed can be shown again.
create table banks (
    contest_id text not null,
    bank_version int not null,
    questions bytea not null,       -- JSON: the questions as a contestant may see them
    fingerprint bytea not null,     -- keyed, so that a changed key is noticed without storing it
    recorded_at timestamptz not null,
    primary key (contest_id, bank_version)
);

-- Ciphertext that only scoring can open.
create table answer_keys (
    contest_id text not null,
    question_id text not null,
    version int not null,
    sealed text not null,
    time timestamptz not null,
    recorded_at timestamptz not null,
    primary key (contest_id, question_id, version)
);

-- A copy that only takes rights away: an unknown person is allowed.
create table contestants (
    contestant_id uuid primary key,
    excluded boolean not null default false,
    excluded_version int not null default 0,
    erased boolean not null default false,
    not_before timestamptz
);

create table attempts (
    contestant_id uuid not null,
    contest_id text not null,
    ordinal int not null,
    attempt_id uuid not null,
    start_key text not null,
    state smallint not null default 0,      -- 0 open, 1 submitted, 2 abandoned
    version int not null default 0,         -- of the attempt's events; 0: none yet
    seed bigint not null,
    bank_version int not null,
    category text,
    paper_group text,
    questions text[] not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    writer int not null default 1,
    rev int not null default 0,
    answers bytea not null default '{}',    -- JSON: question id -> [rank, [option ids]]; "" -> [rank, prediction]
    how text,
    submitted_at timestamptz,
    received_at timestamptz,
    recorded_at timestamptz,
    trace text,
    voided boolean not null default false,
    receipt bytea,
    primary key (contestant_id, contest_id, ordinal)
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05);
create unique index attempts_one_open on attempts (contestant_id, contest_id) where state = 0;
create unique index attempts_start_key on attempts (contestant_id, contest_id, start_key);
create index attempts_ends on attempts (ends_at) where state = 0;

-- In a rehearsal: no later request will be earlier than this.
create table watermark (single boolean primary key default true check (single), at timestamptz not null);

-- migrate:down
drop table watermark, attempts, contestants, answer_keys, banks, contests;
