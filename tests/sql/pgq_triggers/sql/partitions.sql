-- Partitioned tables: events carry the name of the table that the trigger was made on.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_partitions;
set search_path = trig_partitions;
select pgq.create_queue('trig_partitions');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_partitions');
end;
$$;
\pset format unaligned
\pset null '<null>'

create table p (id integer, part integer, v text, primary key (part, id)) partition by list (part);
create table p1 partition of p for values in (1);
-- columns in another order, and a dropped one
create table p2 (v text, gone integer, part integer not null, id integer not null);
alter table p2 drop column gone;
alter table p attach partition p2 for values in (2);
create table p3 partition of p for values in (3, 4) partition by range (id);
create table p3a partition of p3 for values from (0) to (100);
create trigger capture after insert or update or delete on p for each row execute function pgq.logutriga('trig_partitions');
insert into p values (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three');
select ev_type, ev_data, ev_extra1 from events();
insert into p1 values (11, 1, 'direct');
update p set v = v || '!';
delete from p3 where id = 3;
select ev_type, ev_data, ev_extra1 from events();
-- a row that moves is deleted and inserted
update p set part = 2 where id = 1;
select ev_type, ev_data, ev_extra1 from events();
copy p from stdin;
5	4	copied
6	1	copied
\.
select ev_type, ev_data, ev_extra1 from events();
insert into p values (5, 4, 'x') on conflict (part, id) do update set v = excluded.v;
select ev_type, ev_data, ev_extra1 from events();

-- attached later, detached
create table p5 (id integer not null, part integer not null, v text, extra integer generated always as (1) stored);
alter table p5 drop column extra;
insert into p5 values (1, 5, 'before');
alter table p attach partition p5 for values in (5);
insert into p5 values (2, 5, 'attached');
select ev_type, ev_data, ev_extra1 from events();
alter table p detach partition p5;
insert into p5 values (3, 5, 'detached');
select ev_type, ev_data, ev_extra1 from events();
-- a trigger of the partition's own
create trigger own after insert on p1 for each row execute function pgq.sqltriga('trig_partitions');
insert into p values (7, 1, 'both');
select ev_type, ev_data, ev_extra1 from events();
-- renamed while the session knows it
alter table p rename to q;
update q set v = 'renamed' where id = 7;
select ev_type, ev_data, ev_extra1 from events();
alter schema trig_partitions rename to trig_partitions2;
set search_path = trig_partitions2;
update q set v = 'moved' where id = 7;
select ev_type, ev_data, ev_extra1 from events();
alter schema trig_partitions2 rename to trig_partitions;
set search_path = trig_partitions;
create trigger capture_truncate after truncate on q for each statement execute function pgq.logutriga('trig_partitions');
truncate q;
select ev_type, ev_data, ev_extra1 from events();

select pgq.drop_queue('trig_partitions', true);
drop schema trig_partitions cascade;
