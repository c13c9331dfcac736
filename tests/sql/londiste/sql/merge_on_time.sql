-- The last writer wins.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';

select nr, name, '[' || value || ']' from londiste._decode_row('a=1&b+c=x%20y%3d%26+z&d&e=&&f=%c3%a4=1');
select * from londiste._decode_row('');
select * from londiste._decode_row('a=%zz');
select * from londiste._decode_row('a=%ff');

create schema "m M";
create table "m M"."t T" (k1 int, "K 2" text, v text, at timestamptz, twice int generated always as (k1 operator(pg_catalog.*) 2) stored, tags text[], doc jsonb, primary key (k1, "K 2"));
create table "m M".keyonly (id int, at timestamp, primary key (id, at));
create function merge(ev_type text, ev_data text, tbl text default 'm M.t T', conf text default 'timefield=at', ev_time text default '2020-01-01 12:00:00+00')
returns text language sql as $$ select londiste.merge_on_time(conf, '7', '5', ev_time, '99', null, ev_type, ev_data, tbl, null, null, null) $$;

select merge('I:k1,K 2', 'k1=1&K+2=a%27b&v=first&at=2020-01-01+10:00:00%2b00&twice=2&tags=%7b1,2%7d&doc=%7b%22a%22:+1%7d');
table "m M"."t T";
-- older, newer, the same time: the greater text
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=older&at=2020-01-01+09:00:00%2b00');
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=newer&at=2020-01-01+11:00:00%2b00&twice=2');
select merge('I:k1,K 2', 'k1=1&K+2=a%27b&v=inserted&at=2020-01-01+11:00:01%2b00');
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=a&at=2020-01-01+11:00:01%2b00');
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=z&at=2020-01-01+11:00:01%2b00');
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=z&at=2020-01-01+11:00:01%2b00');
select merge('U:k1,K 2', 'k1=1&K+2=a%27b&v=timeless&at');
select k1, v, at, tags, doc from "m M"."t T";
-- not here
select merge('U:k1,K 2', 'k1=2&K+2=x&v&at=2020-01-01+10:00:00%2b00');
-- deleted there
select merge('D:k1,K 2', 'k1=1&K+2=a%27b&v=older&at=2020-01-01+09:00:00%2b00');
select merge('D:k1,K 2', 'k1=1&K+2=a%27b&v=z&at=2020-01-01+11:00:01%2b00');
select merge('D:k1,K 2', 'k1=1&K+2=a%27b&v=z&at=2020-01-01+11:00:01%2b00');
-- no time here
update "m M"."t T" set at = null;
select merge('U:k1,K 2', 'k1=2&K+2=x&v=any&at=2000-01-01+10:00:00%2b00');
-- emptied
select merge('I:k1,K 2', 'k1=3&K+2=x&v=later&at=2020-01-01+12:00:01%2b00');
select merge('R', '');
select k1, v from "m M"."t T";
-- nothing but a key
select merge('I:id,at', 'id=1&at=2020-01-01+10:00:00', 'm M.keyonly');
select merge('I:id,at', 'id=1&at=2020-01-01+10:00:00', 'm M.keyonly');
-- refused
select merge('U:k1,K 2', 'k1=1', conf => '');
select merge('U:k1,K 2', 'k1=1', conf => 'timefield=nix');
select merge('U:k1,K 2', 'k1=1', tbl => 'm M.nix');
select merge('U', 'v=1 where k1=1');
select merge('I:', 'v=1');
select merge('U:k1,K 2', 'v=1');
select merge('I:k1,K 2', 'k1=1&K+2=x&nix=1&at=2020-01-01+12:00:01%2b00');
create unique index on "m M"."t T" (v);
select merge('I:k1,K 2', 'k1=9&K+2=x&v=later&at=2020-01-01+12:00:01%2b00');

drop schema "m M" cascade;
