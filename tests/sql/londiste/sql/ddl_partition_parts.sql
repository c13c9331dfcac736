-- With "ddl replicate": what a partition has of its own, on the root, on a node that has the partition under another name, and on one that has not.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
create schema pp;
select ret_code from pgq_node.register_location('q_own', 'pp root', 'dbname=db', false);
select ret_code from pgq_node.create_node('q_own', 'root', 'pp root', 'worker', null, null, null);
create table pp.t (id int primary key, v text, n int default 1) partition by range (id);
create table pp.t_1 partition of pp.t for values from (0) to (10);
create index before on pp.t_1 (v);
select ret_code from londiste.local_add_table('q_own', 'pp.t');
select ret_code from londiste.set_ddl('q_own', 'replicate', null);
-- what stands for the other nodes
create schema same;
create table same.t (id int primary key, v text, n int default 1) partition by range (id);
create table same.first partition of same.t for values from (0) to (10);
create schema other;
create table other.t (id int primary key, v text, n int default 1);
create function pp.events() returns setof text language plpgsql as $$
declare
    ev      record;
    node    text;
begin
    for ev in execute (select format('with gone as (delete from %s returning *) select * from gone where ev_type = ''EXECUTE'' and ev_extra1 like ''ddl.%%'' order by ev_id', queue_data_pfx)
                       from pgq.queue where queue_name = 'q_own')
    loop
        return next coalesce(substring(ev.ev_data from '"parts": .*\]'), substring(ev.ev_data from 'alter.*'), ev.ev_data);
        foreach node in array '{same,other}'::text[] loop
            set local session_replication_role = local;
            execute replace(ev.ev_data, '@pp.t@', node || '.t');
            set local session_replication_role = origin;
        end loop;
    end loop;
end $$;
create function pp.own(tbl text) returns setof text language sql as $$
    select p.part::regclass || ' ' || p.kind || ' ' || p.name || coalesce(': ' || p.definition, '') from londiste._partition_parts(tbl::regclass) p order by 1
$$;
select pp.own('pp.t');
create index by_n on pp.t_1 (n) where n > 0;
alter table pp.t_1 add constraint small check (id < 10), add unique (v), alter n set default 2;
select pp.events();
alter index pp.by_n rename to by_number;
alter table pp.t_1 rename constraint small to "Small ones";
alter table pp.t_1 alter n set default 3;
alter index pp.before rename to later;
select pp.events();
select pp.own('pp.t') except select replace(pp.own('same.t'), 'same.first', 'pp.t_1');
select pp.own('same.t');
-- what comes from the table is none of its own
alter table pp.t add column w int default 5, add check (w > 0), alter n set default 7;
create index on pp.t (w);
select pp.events();
select pp.own('same.t');
-- gone, with the index that was there before
drop index pp.by_number, pp.later;
alter table pp.t_1 drop constraint "Small ones", drop constraint t_1_v_key, alter n drop default;
select pp.events();
select pp.own('pp.t'), pp.own('same.t');
-- of a new one, and after the table has another name
create table pp.t_2 partition of pp.t (check (id <> 13)) for values from (10) to (20);
select pp.events();
select pp.own('same.t');
alter table pp.t rename to u;
select count(*) from pp.events();
alter table pp.t_2 drop constraint t_2_id_check;
select regexp_replace(e, 'ddl[.0-9TZ]*', '') from pp.events() e;
-- not what each node would decide otherwise
create function pp.maybe() returns boolean language sql volatile as 'select true';
alter table pp.t_2 add constraint perhaps check (pp.maybe());
select ret_code from londiste.set_ddl('q_own', null, '{"unsafe": "check"}');
alter table pp.t_2 add constraint perhaps check (pp.maybe());
-- a script each node runs, and the end
begin; set local session_replication_role = local; create index on pp.t_2 (v); commit;
drop table pp.t_2;
select count(*) from pp.events();
select count(*) from londiste.partition_part where queue_name = 'q_own';
select ret_code from londiste.set_ddl('q_own', 'off', null);
select count(*) from londiste.partition_part;
drop schema pp, same, other cascade;
select count(*) > 0 from (select londiste.local_remove_table('q_own', table_name) from londiste.table_info where queue_name = 'q_own') r;
delete from londiste.applied_execute where queue_name = 'q_own';
select ret_code from pgq_node.drop_node('q_own', 'pp root');
