-- migrate:up
alter table staff
    add column totp_enc bytea,       -- AES-GCM; bound to this row's id
    add column totp_last bigint;     -- the newest time step whose code was used: each works once

-- migrate:down
alter table staff drop column totp_enc, drop column totp_last;
