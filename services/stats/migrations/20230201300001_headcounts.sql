-- migrate:up
-- Of units defined before this, `hoithi rebuild stats` brings them in.
alter table stats.units add column headcounts jsonb not null default '{}';

-- migrate:down
alter table stats.units drop column headcounts;
