-- migrate:up
-- Every name with its schema: in stats' database a first migration leaves a session that makes tables in another one,
-- which a rebuild replaces.
alter table if exists stats.second_person set schema public;

-- One link per audit row, in the order of commits: its hash is over the link before and the row. Whoever changes a row,
-- takes one out or puts one between breaks it; whoever cuts off its end is told by a head that was exported before.
create table public.audit_chain (
    seq bigint primary key,
    audit_id bigint not null unique,
    hash bytea not null
);

-- The time as microseconds: as text it would depend on the session's time zone.
create function public.audit_content(entry public.audit) returns bytea language sql immutable as $$
    select convert_to(jsonb_build_array(
        entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor, entry.action, entry.subject,
        entry.reason, entry.old, entry.new)::text, 'UTF8')
$$;

create function public.audit_link(entry public.audit) returns void language plpgsql as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtextextended('audit_chain', 0));
    select seq, hash into last from public.audit_chain order by seq desc limit 1;
    insert into public.audit_chain values (
        coalesce(last.seq, 0) + 1, entry.id, sha256(coalesce(last.hash, ''::bytea) || public.audit_content(entry)));
end $$;

do $$
declare
    entry public.audit;
begin
    for entry in select * from public.audit order by id loop
        perform public.audit_link(entry);
    end loop;
end $$;

-- With its owner's rights, because the service itself must not write the chain.
create function public.audit_linked() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform public.audit_link(new);
    return null;
end $$;
-- At the commit, when a transaction takes no further locks: the chain's lock can then be in no deadlock.
create constraint trigger audit_linked after insert on public.audit deferrable initially deferred
    for each row execute function public.audit_linked();

create trigger audit_chain_append_only before update or delete on public.audit_chain
    for each row execute function public.audit_is_append_only();
create trigger audit_chain_never_emptied before truncate on public.audit_chain
    for each statement execute function public.audit_is_append_only();

-- migrate:down
drop trigger audit_linked on public.audit;
drop function public.audit_linked, public.audit_link, public.audit_content;
drop table public.audit_chain;
