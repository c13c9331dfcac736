-- COPY, upserts and multi-row statements.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_statements;
set search_path = trig_statements;
select pgq.create_queue('trig_statements');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_statements');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v text, n integer default 0);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_statements');
copy t (id, v) from stdin;
1	one
2	\N
3	tab\tand\\slash
\.
select ev_type, ev_data from events();
copy t from stdin (delimiter ';', null '-');
4;four, with comma;44
5;-;55
\.
select ev_type, ev_data from events();
-- fails at its second line
copy t (id, v) from stdin;
6	six
1	duplicate
\.
select ev_type, ev_data from events();
copy t (id, v) from stdin where id % 2 = 1;
6	six
7	seven
\.
select ev_type, ev_data from events();

insert into t values (1, 'x'), (8, 'eight') on conflict do nothing;
select ev_type, ev_data from events();
insert into t values (1, 'x'), (9, 'nine') on conflict (id) do update set v = excluded.v, n = t.n + 1;
select ev_type, ev_data from events();
insert into t values (1, 'y'), (10, 'ten') on conflict (id) do update set v = excluded.v where t.v = 'no';
select ev_type, ev_data from events();

with gone as (delete from t where id in (2, 3) returning id), new as (insert into t select id + 100, 'moved' from gone returning id)
update t set n = -1 where id in (4, 5);
select ev_type, ev_data from events() order by ev_type, ev_data;

truncate t;
select ev_type, ev_data from events();
create trigger capture_truncate after truncate on t for each statement execute function pgq.logutriga('trig_statements');
begin;
insert into t values (1, 'before');
truncate t;
insert into t values (1, 'after');
commit;
select ev_type, ev_data from events();

-- more than is written at a time
insert into t select i, 'bulk' from generate_series(2, 5000) i;
select count(*), min(ev_data), bool_and(ok) from (select ev_data, ev_data = format('id=%s&v=bulk&n=0', 1 + row_number() over ()) as ok from events()) e;
update t set n = 1;
select count(*) from events() where ev_type = 'U:id' and ev_data like '%&n=1';
delete from t where id > 1;
select count(*) from events() where ev_type = 'D:id';
-- rows of different tables, taking turns
create table u (id integer primary key);
create trigger capture after insert on u for each row execute function pgq.sqltriga('trig_statements');
with a as (insert into t select i, 'a' from generate_series(2, 4) i), b as (insert into u select generate_series(1, 3)) select 1 as done;
select ev_type, count(*) from events() group by 1 order by 1;

select pgq.drop_queue('trig_statements', true);
drop schema trig_statements cascade;
