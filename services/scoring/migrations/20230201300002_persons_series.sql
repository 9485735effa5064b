-- migrate:up
-- Whose organisers may read it. Null: heard of before this was kept.
alter table exclusions add column series_id text;
alter table sessions add column series_id text;

-- migrate:down
alter table sessions drop column series_id;
alter table exclusions drop column series_id;
