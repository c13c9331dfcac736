-- Errors that are caught: exactly the events of what was undone are gone.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_exceptions;
set search_path = trig_exceptions;
select pgq.create_queue('trig_exceptions');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_exceptions');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v text);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_exceptions');

-- a block undone, a block kept
do $$
begin
    insert into t values (1, 'kept');
    begin
        insert into t values (2, 'undone');
        insert into t values (1, 'duplicate');
    exception when unique_violation then
        insert into t values (3, 'handler');
    end;
    begin
        insert into t values (4, 'kept');
    exception when others then
        raise;
    end;
    insert into t values (5, 'kept');
end;
$$;
select ev_type, ev_data from events();

-- nested, the inner one is kept by the block around it, which is undone
do $$
begin
    insert into t values (10, 'kept');
    begin
        insert into t values (11, 'undone');
        begin
            insert into t values (12, 'undone with the outer block');
        exception when others then
            raise;
        end;
        raise exception 'no';
    exception when raise_exception then
        null;
    end;
end;
$$;
select ev_type, ev_data from events();

-- inside a row trigger of another table, in the middle of a statement
create table source (id integer primary key, v text);
create trigger a_capture after insert on source for each row execute function pgq.logutriga('trig_exceptions');
create function try() returns trigger language plpgsql as $$
begin
    begin
        insert into t values (new.id, new.v);
        if new.v = 'bad' then
            raise exception 'bad value';
        end if;
    exception when raise_exception then
        insert into t values (new.id + 1000, 'instead');
    end;
    return null;
end;
$$;
create trigger b_try after insert on source for each row execute function try();
insert into source values (101, 'good'), (102, 'bad'), (103, 'good');
select ev_type, ev_data from events();
-- the statement itself fails at its last row
insert into source values (104, 'good'), (105, 'bad'), (101, 'duplicate');
select ev_type, ev_data from events();

-- errors of the capture trigger itself
do $$
begin
    insert into t values (20, 'kept');
    begin
        insert into t values (21, 'undone');
        update t set id = 22 where id = 20;
    exception when raise_exception then
        raise warning '%', sqlerrm;
    end;
    insert into t values (23, 'kept');
end;
$$;
select ev_type, ev_data from events();

select pgq.drop_queue('trig_exceptions', true);
drop schema trig_exceptions cascade;
