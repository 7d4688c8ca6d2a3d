-- POST requests under an Idempotency-Key: what was asked (null: not known yet, or a secret), and what was answered.
create table idempotent_answer(
    scope uuid not null,
    key bytea not null,
    fingerprint bytea,
    status smallint,
    headers text[] not null default '{}',
    body bytea,
    created_at timestamptz not null default clock_timestamp(),
    primary key (scope, key));
create index idempotent_answer_age on idempotent_answer(created_at);
