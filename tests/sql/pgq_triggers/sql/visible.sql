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


-- without a statement between the event and the look
do $$
declare
    id bigint;
begin
    insert into t values (60);
    id := pgq.insert_event('trig_visible', 'mine', 'id=61');
    assert (select count(*) from seen where ev_data in ('id=60', 'id=61')) = 2;
end;
$$;

-- a subtransaction looks for the events of those around it, and they outlive it
create function look_inside(depth integer, fail integer) returns bigint language plpgsql as $$
declare
    n bigint;
begin
    if depth = 0 then
        return (select count(*) from seen where ev_data like 'id=7_');
    end if;
    begin
        n := look_inside(depth - 1, fail);
        assert abs(n) = (select count(*) from seen where ev_data like 'id=7_');
        if depth = fail then
            raise exception 'taken back';
        end if;
        return n;
    exception when raise_exception then
        return -n;
    end;
end;
$$;
begin;
insert into t values (70);
select look_inside(1, 0), look_inside(1, 1), look_inside(3, 0), look_inside(3, 2), look_inside(3, 3);
insert into t values (71);
savepoint one;
insert into t values (72);
savepoint two;
select look_inside(2, 1), look_inside(2, 2);
insert into t values (73);
select look_inside(2, 0);
rollback to two;
select look_inside(1, 1);
insert into t values (74);
release one;
select look_inside(1, 1);
commit;
select ev_data from seen where ev_data like 'id=7_' order by ev_id;

begin;
insert into t values (75);
savepoint one;
select look_inside(1, 0);
release one;
savepoint one;
select look_inside(1, 0);
rollback to one;
commit;
select ev_data from seen where ev_data like 'id=75' order by ev_id;

-- statements that are not the executor's
begin;
insert into t values (80);
create temp table copied on commit drop as select ev_data from seen where ev_data = 'id=80';
select * from copied;
insert into t values (81);
copy (select ev_data from seen where ev_data in ('id=80', 'id=81') order by ev_id) to stdout;
insert into t values (82);
declare c cursor for select ev_data from seen where ev_data in ('id=82', 'id=83');
insert into t values (83);
fetch all from c;
commit;

-- workers of a parallel query
create function seen_events(id integer) returns bigint language sql stable parallel safe as $$
    select count(*) from seen where ev_data = 'id=90';
$$;
begin;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
insert into t values (90);
select distinct seen_events(id) from t;
rollback;

-- more than is collected at a time, looked at from a subtransaction
begin;
insert into t select i from generate_series(10001, 12500) i;
do $$
begin
    assert (select count(distinct ev_data) = 2500 and count(*) = 2500 from seen where ev_data like 'id=1____');
    raise exception 'taken back';
exception when raise_exception then null;
end;
$$;
select count(distinct ev_data), count(*) from seen where ev_data like 'id=1____';
commit;
select count(distinct ev_data), count(*) from seen where ev_data like 'id=1____';

select pgq.drop_queue('trig_visible', true);
drop schema trig_visible cascade;
