-- migrate:up
-- `not_before`: tokens issued earlier start nothing; `ended_before`: they are over, and read nothing either.
alter table contestants add column ended_before timestamptz;

-- migrate:down
alter table contestants drop column ended_before;
