-- A site that has replaced pgq.insert_event gets the events of the triggers.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_replaced;
set search_path = trig_replaced;
select pgq.create_queue('trig_replaced');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_replaced');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v text);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_replaced', 'backup');
insert into t values (1, 'before');
select ev_type, ev_data, ev_extra1, ev_extra2 from events();
create temp table original as
    select pg_get_functiondef('pgq.insert_event(text, text, text, text, text, text, text)'::regprocedure) as definition;

-- replaced while the session has used the original
create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint language sql set search_path = pg_catalog as $$
    select pgq.insert_event_raw($1, null, now(), null, null, $2, upper($3), 'site', $5, $6, $7)
$$;
insert into t values (2, 'replaced'), (3, 'replaced');
update t set v = 'new' where id = 2;
select ev_type, ev_data, ev_extra1, ev_extra2 from events();
-- by one that loses events, fails, or publishes two
create or replace function pgq.insert_event(queue_name text, ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint language plpgsql set search_path = pg_catalog as $$
begin
    if ev_data like '%secret%' then
        return null;
    elsif ev_data like '%forbidden%' then
        raise exception 'the site forbids it';
    end if;
    perform pgq.insert_event_raw(queue_name, null, now(), null, null, ev_type, ev_data, 'first', null, null, null);
    return pgq.insert_event_raw(queue_name, null, now(), null, null, ev_type, ev_data, 'second', null, null, null);
end;
$$;
insert into t values (4, 'secret'), (5, 'open');
insert into t values (6, 'open'), (7, 'forbidden');
begin;
insert into t values (8, 'kept');
savepoint s;
insert into t values (9, 'forbidden');
rollback to savepoint s;
insert into t values (10, 'kept');
commit;
select ev_type, ev_data, ev_extra1, ev_extra2 from events();

-- in a transaction that is rolled back, and back to the original
begin;
do $$ begin execute (select definition from original); end $$;
insert into t values (11, 'original');
select ev_type, ev_data, ev_extra1, ev_extra2 from events();
rollback;
insert into t values (12, 'replaced');
select ev_type, ev_data, ev_extra1, ev_extra2 from events();
do $$ begin execute (select definition from original); end $$;
insert into t values (13, 'original');
select ev_type, ev_data, ev_extra1, ev_extra2 from events();

select pgq.drop_queue('trig_replaced', true);
drop schema trig_replaced cascade;
