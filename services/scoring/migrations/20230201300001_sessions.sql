-- migrate:up
-- Session tokens issued before this are refused (rule 10): results are a person's own.
create table sessions (
    contestant_id text collate "C" primary key,
    not_before timestamptz not null
);

-- migrate:down
drop table sessions;
