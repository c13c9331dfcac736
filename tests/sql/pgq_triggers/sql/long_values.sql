-- Values that are compressed or stored out of line, changed or not.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_long_values;
set search_path = trig_long_values;
select pgq.create_queue('trig_long_values');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_long_values');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, plain text, external text, compressed text, b bytea, arr text[], js jsonb, row_value pg_catalog.pg_tables);
alter table t alter plain set storage plain, alter external set storage external, alter compressed set storage main, alter b set storage extended;
create trigger u after insert or update or delete on t for each row execute function pgq.logutriga('trig_long_values', 'backup', 'ignore=external');
create trigger s after insert or update or delete on t for each row execute function pgq.sqltriga('trig_long_values');
create trigger j after insert or update or delete on t for each row execute function pgq.jsontriga('trig_long_values', 'backup');
create function noise(n integer) returns text language sql immutable as $$ select string_agg(md5(i::text), '') from generate_series(1, n) i $$;
insert into t values (1, repeat('p', 1000), noise(3000), repeat('compressed ', 50000), decode(noise(500), 'hex'), array[noise(300), null, repeat('a', 100000)],
    jsonb_build_object('k', noise(500)), row('s', noise(200), 'o', 't', true, false, true, false));
select left(ev_type, 10) as type, length(ev_data), md5(ev_data), length(ev_extra2), md5(ev_extra2) from events();
-- nothing of it changes, some of it does
update t set plain = 'x';
update t set external = noise(3001);
update t set compressed = repeat('compressed ', 50001), js = js || '{"l": 1}';
select left(ev_type, 10) as type, length(ev_data), md5(ev_data), length(ev_extra2), md5(ev_extra2) from events();
-- equal values from elsewhere
update t set external = noise(3001), arr = array[noise(300), null, repeat('a', 100000)], b = decode(noise(500), 'hex');
select left(ev_type, 10) as type, length(ev_data), case when ev_type = 'U' then ev_data end as data from events();
delete from t;
select left(ev_type, 10) as type, length(ev_data), md5(ev_data) from events();
-- every byte, long enough to be written in pieces
insert into t (id, plain, external) values (2, '', (select string_agg(chr(1 + i * 7919 % 60000), '') from generate_series(1, 60000) i
    where 1 + i * 7919 % 60000 not between 55296 and 57343));
select left(ev_type, 10) as type, length(ev_data), md5(ev_data) from events();

select pgq.drop_queue('trig_long_values', true);
drop schema trig_long_values cascade;
