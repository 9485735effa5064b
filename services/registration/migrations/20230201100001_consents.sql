-- migrate:up
-- What was given, withdrawn and given again is a row each time: a consent must be provable, and so must its end.
alter table consents drop constraint consents_pkey;
alter table consents add column id bigint generated always as identity primary key;
create unique index consents_standing on consents (contestant_id, purpose, text_version) where withdrawn_at is null;

alter table guardians drop constraint guardians_pkey;
alter table guardians add column id bigint generated always as identity primary key,
    add column text_version text,    -- of the consent that the guardian saw; null for a school's mark
    add column marked_on date,       -- a school's mark: the day of the paper that the school keeps
    add column withdrawn_by text;
-- "staff:<id>", as in the audit; null: the guardian consented in person.
alter table guardians alter column marked_by type text;
create unique index guardians_standing on guardians (contestant_id) where withdrawn_at is null;

-- migrate:down
drop index guardians_standing, consents_standing;
delete from guardians g using guardians n where n.contestant_id = g.contestant_id and n.id > g.id;
alter table guardians drop column id, drop column text_version, drop column marked_on, drop column withdrawn_by;
alter table guardians alter column marked_by type uuid using null;
alter table guardians add primary key (contestant_id);
delete from consents c using consents n
    where n.contestant_id = c.contestant_id and n.purpose = c.purpose and n.text_version = c.text_version and n.id > c.id;
alter table consents drop column id;
alter table consents add primary key (contestant_id, purpose, text_version);
