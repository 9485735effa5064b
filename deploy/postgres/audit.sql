-- Takes the audit log out of its service's hands: run as a superuser in each service's database after every migration.
-- Afterwards the service's own role adds rows and reads them; it can no longer change, delete, truncate, alter or drop
-- the tables, switch their triggers off, or write the chain. Safe to repeat.
do $$
declare
    service text := (select tableowner from pg_tables where schemaname = 'public' and tablename = 'outbox');
    item text;
begin
    begin
        create role hoithi_audit nologin;
    exception when duplicate_object or unique_violation then
        null;
    end;
    -- The owner of a schema may drop every table in it; this one's was the service, as owner of the database.
    alter schema public owner to hoithi_audit;
    execute format('grant usage, create on schema public to %I', service);
    foreach item in array array['table public.audit', 'table public.audit_chain',
            'function public.audit_content(public.audit)', 'function public.audit_link(public.audit)',
            'function public.audit_linked()', 'function public.audit_is_append_only()'] loop
        execute format('alter %s owner to hoithi_audit', item);
    end loop;
    execute format('revoke all on public.audit, public.audit_chain from %I', service);
    execute format('grant select, insert on public.audit to %I', service);
    execute format('grant select on public.audit_chain to %I', service);
    revoke all on function public.audit_link(public.audit) from public;
end $$;
