-- Foreign key actions: the cause before its effects, in the order in which row triggers fire.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_cascades;
set search_path = trig_cascades;
select pgq.create_queue('trig_cascades');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_cascades');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table parent (id integer primary key, v text);
create table child (id integer primary key, parent integer references parent on delete cascade on update cascade);
create table orphan (id integer primary key, parent integer references parent on delete set null on update cascade);
create table grandchild (id integer primary key, child integer default 0 references child on delete set default);
create trigger capture after insert or update or delete on parent for each row execute function pgq.logutriga('trig_cascades');
create trigger capture after insert or update or delete on child for each row execute function pgq.logutriga('trig_cascades');
create trigger capture after insert or update or delete on orphan for each row execute function pgq.sqltriga('trig_cascades');
create trigger capture after insert or update or delete on grandchild for each row execute function pgq.logutriga('trig_cascades');
insert into parent values (0, 'zero'), (1, 'one'), (2, 'two');
insert into child values (0, 0), (11, 1), (12, 1), (21, 2);
insert into orphan values (11, 1), (21, 2);
insert into grandchild values (111, 11), (112, 11), (211, 21);
select count(*) from events();

delete from parent where id > 0;
select ev_type, ev_data, ev_extra1 from events();

-- the trigger that fires before those of the foreign key, by name, and one that fires after them
insert into parent values (3, 'three');
insert into child values (31, 3);
select count(*) from events();
drop trigger capture on parent;
create trigger "AAA" after delete on parent for each row execute function pgq.logutriga('trig_cascades');
create trigger zzz after delete on parent for each row execute function pgq.sqltriga('trig_cascades');
delete from parent where id = 3;
select ev_type, ev_data, ev_extra1 from events();

-- the key changes: refused by the parent, and nothing is left of what the statement had written
drop trigger "AAA" on parent;
drop trigger zzz on parent;
create trigger capture after update on parent for each row execute function pgq.logutriga('trig_cascades', 'pkey=v');
insert into child values (5, 0);
select count(*) from events();
update parent set id = 100 where id = 0;
select ev_type, ev_data, ev_extra1 from events();
update parent set v = v || '!', id = 200 where id = 100;
select ev_type, ev_data, ev_extra1 from events();

select pgq.drop_queue('trig_cascades', true);
drop schema trig_cascades cascade;
