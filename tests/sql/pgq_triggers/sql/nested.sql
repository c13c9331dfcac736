-- Changes made by row triggers: in the order in which the triggers fire, before or after their cause.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_nested;
set search_path = trig_nested;
select pgq.create_queue('trig_nested');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_nested');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table t (id integer primary key, v integer);
create table log (n integer primary key, what text);
create trigger capture after insert or update or delete on log for each row execute function pgq.logutriga('trig_nested');
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_nested');
create function note() returns trigger language plpgsql as $$
begin
    insert into log select coalesce(max(n), 0) + 1, tg_when || ' ' || tg_op || ' ' || coalesce(new.id, old.id) from log;
    return coalesce(new, old);
end;
$$;

-- before the row is written
create trigger note before insert or update or delete on t for each row execute function note();
insert into t values (1, 1), (2, 2);
select ev_type, ev_data from events();
drop trigger note on t;
-- before the capture trigger, by name
create trigger a_note after insert or update or delete on t for each row execute function note();
update t set v = v + 1;
select ev_type, ev_data from events();
drop trigger a_note on t;
-- after it
create trigger z_note after insert or update or delete on t for each row execute function note();
delete from t;
select ev_type, ev_data from events();
drop trigger z_note on t;

-- the trigger changes its own table
create function follow() returns trigger language plpgsql as $$
begin
    if new.id < 4 then
        insert into t values (new.id + 1, new.v * 10);
        update t set v = v + 1 where id = new.id;
    end if;
    return null;
end;
$$;
create trigger z_follow after insert on t for each row execute function follow();
insert into t values (1, 1);
select ev_type, ev_data from events();
select * from t order by id;

-- a statement trigger, and one that becomes part of the table while the session knows it already
create function at_end() returns trigger language plpgsql as $$
begin
    insert into log select coalesce(max(n), 0) + 1, 'statement ' || tg_op from log;
    return null;
end;
$$;
create trigger at_start before update on t for each statement execute function at_end();
create trigger at_end after update on t for each statement execute function at_end();
update t set v = 0 where id < 3;
select ev_type, ev_data from events();
create trigger a_note after update on t for each row execute function note();
update t set v = 1 where id = 1;
select ev_type, ev_data from events();

-- two capture triggers on a table take turns
create trigger second after update on t for each row execute function pgq.sqltriga('trig_nested');
drop trigger a_note on t;
drop trigger at_start on t;
drop trigger at_end on t;
update t set v = 2 where id < 3;
select ev_type, ev_data from events();

select pgq.drop_queue('trig_nested', true);
drop schema trig_nested cascade;
