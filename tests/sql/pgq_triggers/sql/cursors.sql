-- An open cursor, and one that outlives its transaction, have their snapshot; events are neither lost nor doubled.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_cursors;
set search_path = trig_cursors;
select pgq.create_queue('trig_cursors');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_cursors');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v integer);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_cursors');
insert into t select i, 0 from generate_series(1, 4) i;
select count(*) from events();

begin;
declare c cursor for select ev_data from pgq.event_template where ev_data like 'id=%&v=1' order by ev_id;
update t set v = 1 where id = 1;
declare d cursor with hold for select ev_data from pgq.event_template where ev_data like 'id=%&v=1' order by ev_id;
update t set v = 1 where id = 2;
fetch all c;
fetch all d;
commit;
move backward all in d;
fetch all d;
close d;
select ev_type, ev_data from events();

-- rows changed while a cursor runs over them
begin;
declare c cursor for select id from t order by id for update;
fetch c;
update t set v = 2 where current of c;
savepoint s;
fetch c;
delete from t where current of c;
rollback to savepoint s;
fetch c;
update t set v = 3 where current of c;
commit;
select ev_type, ev_data from events();

-- a portal that is read piece by piece changes rows when it is opened by a data-changing query of a function
create function change() returns setof integer language plpgsql as $$
declare
    r record;
begin
    for r in update t set v = v + 10 returning id loop
        return next r.id;
        insert into t values (r.id + 100, 0);
    end loop;
end;
$$;
select * from change();
select ev_type, ev_data from events();

select pgq.drop_queue('trig_cursors', true);
drop schema trig_cursors cascade;
