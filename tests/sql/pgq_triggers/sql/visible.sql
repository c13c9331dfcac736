-- Events are there for the next statement, of the session and of a function.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_visible;
set search_path = trig_visible;
select pgq.create_queue('trig_visible');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_visible');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_visible');
create view seen as
    select ev_id, ev_data from pgq.event_template
    where tableoid = (select (queue_data_pfx || '_' || queue_cur_table)::regclass from pgq.queue where queue_name = 'trig_visible');

begin;
insert into t values (1), (2);
select ev_data from seen order by ev_id;
insert into t values (3);
select ev_data from seen order by ev_id;
commit;

do $$
declare
    before bigint;
begin
    for i in 10 .. 12 loop
        select count(*) into before from seen;
        insert into t values (i);
        assert (select count(*) from seen) = before + 1, 'event not seen by the next statement of the function';
    end loop;
end;
$$;

-- statements of a CTE share a snapshot: the row is not seen there, neither is its event
with new as (insert into t values (20) returning id)
select (select count(*) from new) as rows, (select count(*) from t where id = 20) as in_table, (select count(*) from seen where ev_data = 'id=20') as in_queue;
select count(*) from seen where ev_data = 'id=20';

-- a function that writes within a query: volatile ones see what they did
create function put(i integer) returns bigint language plpgsql volatile as $$
begin
    insert into t values (i);
    return (select count(*) from seen where ev_data = 'id=' || i);
end;
$$;
select put(30), put(31);
-- the same in a trigger of the event's own statement: an earlier row's event belongs to the statement, which has not ended
create function look() returns trigger language plpgsql as $$
begin
    raise warning 'row %: % of the statement before', new.id, (select count(*) from seen where ev_data = 'id=31');
    return null;
end;
$$;
create trigger look after insert on t for each row execute function look();
insert into t values (40);
drop trigger look on t;

-- SQL functions, and events that a function publishes itself
create function put_sql(i integer) returns bigint language sql volatile as $$
    insert into t values (i);
    select pgq.insert_event('trig_visible', 'mine', 'id=' || i);
    select count(*) from seen where ev_data = 'id=' || i;
$$;
select put_sql(50);
select ev_type, ev_data from events() where ev_data = 'id=50';

select pgq.drop_queue('trig_visible', true);
drop schema trig_visible cascade;
