-- migrate:up
-- Waits while a closing counts, then says whether the contest is still open. Volatile: its statements see what was
-- committed while it waited, which the statement that calls it would not.
create function hold_open(contest text) returns boolean language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended(contest, 7));
    return exists (select 1 from contests where contest_id = contest and closed_at is null);
end $$;

-- migrate:down
drop function hold_open(text);
