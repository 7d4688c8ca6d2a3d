-- What is known of how well a trunk carries calls (core/breaker.py: Health). Beside `trunk`, whose row every plan locks.
create table trunk_health(
    trunk_id uuid primary key,
    health jsonb not null
) with (fillfactor = 50);
