-- Inheritance: each table has its own triggers and its own name.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_inheritance;
set search_path = trig_inheritance;
select pgq.create_queue('trig_inheritance');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_inheritance');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table parent (id integer primary key, v text);
create table child (extra text default 'e', primary key (id)) inherits (parent);
create table other () inherits (parent);
create trigger capture after insert or update or delete on parent for each row execute function pgq.logutriga('trig_inheritance');
create trigger capture after insert or update or delete on child for each row execute function pgq.jsontriga('trig_inheritance');
insert into parent values (1, 'p');
insert into child values (2, 'c');
insert into other values (3, 'o');
select ev_type, ev_data, ev_extra1 from events();
update parent set v = v || '!';
select ev_type, ev_data, ev_extra1 from events();
delete from only parent;
delete from parent;
select ev_type, ev_data, ev_extra1 from events();
-- a column that both get
alter table parent add n integer default 7;
insert into parent values (1, 'p');
insert into child (id, v) values (2, 'c');
select ev_type, ev_data, ev_extra1 from events();
alter table child no inherit parent;
alter table parent drop n;
update parent set v = 'x';
update child set n = n + 1;
select ev_type, ev_data, ev_extra1 from events();

select pgq.drop_queue('trig_inheritance', true);
drop schema trig_inheritance cascade;
