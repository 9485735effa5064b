-- migrate:up
-- When a unit was merged into another: with `merged_into` all that the fact says, so that it can be published again.
alter table units add column merged_at timestamptz;
alter table units add column merged_recorded_at timestamptz;

-- migrate:down
alter table units drop column merged_at;
alter table units drop column merged_recorded_at;
