-- migrate:up

-- What scoring knows of a contest. version 0: only its keys have arrived yet.
create table contests (
    contest_id text collate "C" primary key,
    series_id text not null default '',
    version int not null default 0,
    rules bytea,                             -- services.contracts.rules.Rules as JSON
    marking_revision int not null default 1, -- rises whenever the same answers may get another score
    closed_version int not null default 0,   -- version of the newest contest.closed.v1; 0: open
    closed_definition int not null default 0,
    closed_attempts int,
    closed_digest text,
    closed_at timestamptz
);

-- Boxes only: what is inside is opened in memory and never written.
create table answer_keys (
    contest_id text collate "C" not null references contests,
    question_id text collate "C" not null,
    version int not null,
    sealed text not null,
    newest int not null,                     -- highest version seen, applied or not
    pending_sealed text,                     -- a different key that came after marking had begun; waits for a regrade
    primary key (contest_id, question_id)
);

create table exclusions (
    contestant_id text collate "C" primary key,
    version int not null,
    excluded boolean not null
);

-- May stand before its attempt does: Kafka may bring the two in either order.
create table voidings (
    contestant_id text collate "C" not null,
    attempt_id text collate "C" not null,
    version int not null,
    voided boolean not null,
    held_at timestamptz not null,
    primary key (contestant_id, attempt_id)
);

create table scores (
    contestant_id text collate "C" not null,
    attempt_id text collate "C" not null,
    contest_id text collate "C" not null,
    series_id text not null,
    ordinal int not null,
    source_version int not null,             -- newest event of `attempts` that is in here
    marking_revision int not null,
    version int generated always as (source_version + marking_revision - 1) stored,
    how text not null,
    started_at timestamptz not null,
    submitted_at timestamptz not null,
    held_at timestamptz not null,            -- contest time of the newest fact in here
    submission_recorded_at timestamptz not null,
    recorded_at timestamptz not null,
    duration_ms bigint not null,
    late_ms bigint not null,
    category text,
    group_id text,
    rehearsal boolean not null,
    paper bytea not null,                    -- repository.Paper as JSON: questions, answers, prediction, bank version
    questions int not null,
    points int not null,
    max_points int not null,
    right_answers int not null,
    perfect boolean not null,
    within_tries boolean not null,
    voided boolean not null,
    valid boolean generated always as (within_tries and not voided) stored,
    primary key (contestant_id, attempt_id)
);

-- migrate:down
drop table scores, voidings, exclusions, answer_keys, contests;
