-- migrate:up
-- A trigger per row does not see a table that is emptied at once.
create trigger audit_never_emptied before truncate on audit for each statement execute function audit_is_append_only();

-- migrate:down
drop trigger audit_never_emptied on audit;
