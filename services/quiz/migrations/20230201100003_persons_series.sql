-- migrate:up
-- Whose organisers may read it. Null: heard of before this was kept.
alter table contestants add column series_id text;

-- migrate:down
alter table contestants drop column series_id;
