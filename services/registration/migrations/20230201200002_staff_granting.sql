-- migrate:up
alter table invitations
    add column needs_second boolean not null default false,  -- nobody may take it before a second person confirmed
    add column confirmed_at timestamptz,
    add column confirmed_by text,
    add column withdrawn_at timestamptz,
    add column withdrawn_by text;

-- migrate:down
alter table invitations
    drop column needs_second, drop column confirmed_at, drop column confirmed_by, drop column withdrawn_at,
    drop column withdrawn_by;
