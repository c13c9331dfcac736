-- With "ddl replicate" partitions of replicated tables are followed, on nodes that are partitioned the same, otherwise, or not at all.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
create schema dp;
select ret_code from pgq_node.register_location('q_parts', 'dp root', 'dbname=db', false);
select ret_code from pgq_node.create_node('q_parts', 'root', 'dp root', 'worker', null, null, null);
create table dp.t (id int, at date, v text, primary key (id, at)) partition by range (at);
create table dp.t_1 partition of dp.t for values from ('2026-01-01') to ('2026-02-01');
create table dp.t_2 partition of dp.t for values from ('2026-02-01') to ('2026-03-01');
select ret_code from londiste.local_add_table('q_parts', 'dp.t');
select ret_code from londiste.set_ddl('q_parts', 'replicate', null);
-- what stands for the other nodes: the same, by quarters, no partitions
create schema same;
create table same.t (id int, at date, v text, primary key (id, at)) partition by range (at);
create table same.t_1 partition of same.t for values from ('2026-01-01') to ('2026-02-01');
create table same.t_2 partition of same.t for values from ('2026-02-01') to ('2026-03-01');
create schema quarters;
create table quarters.t (id int, at date, v text, primary key (id, at)) partition by range (at);
create table quarters.t_1 partition of quarters.t for values from ('2026-01-01') to ('2026-04-01');
create schema plain;
create table plain.t (id int, at date, v text, primary key (id, at));
-- what was published since the last look, and what the nodes make of it
create function dp.events() returns setof text language plpgsql as $$
declare
    ev      record;
    node    text;
begin
    for ev in execute (
        select format('with gone as (delete from %s returning *) select * from gone where ev_type <> ''londiste.add-table'' and ev_extra1 not like ''set_ddl%%'' order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_parts')
    loop
        return next case when ev.ev_type = 'EXECUTE' then substr(ev.ev_data, strpos(ev.ev_data, 'select londiste')) else concat_ws(' ', ev.ev_type, ev.ev_extra1, ev.ev_data) end;
        foreach node in array '{same,quarters,plain}'::text[] loop
            if ev.ev_type = 'EXECUTE' then
                begin
                    set local session_replication_role = local;
                    execute replace(ev.ev_data, '@dp.t@', node || '.t');
                    set local session_replication_role = origin;
                exception when others then
                    return next node || ': ' || sqlerrm;
                end;
            elsif ev.ev_extra1 = 'dp.t' and ev.ev_type like 'I%' then
                execute format('insert into %I.t select (jsonb_populate_record(null::plain.t, (select jsonb_object_agg(split_part(f, ''='', 1), split_part(f, ''='', 2)) from unnest(string_to_array($1, ''&'')) f))).*', node) using ev.ev_data;
            end if;
        end loop;
    end loop;
end $$;
create function dp.nodes() returns table (node text, partitions text, rows text) language plpgsql as $$
begin
    foreach node in array '{dp,same,quarters,plain}'::text[] loop
        select string_agg(format('%s %s %s', p.relid, p.parentrelid, pg_get_expr(c.relpartbound, c.oid)), ', ' order by p.level, p.relid::regclass::text) into partitions
            from pg_partition_tree((node || '.t')::regclass) p join pg_class c on c.oid = p.relid where p.level > 0;
        execute format('select string_agg(t.id::text, '' '' order by id) from %I.t t', node) into rows;
        return next;
    end loop;
end $$;
insert into dp.t values (1, '2026-01-05'), (2, '2026-02-05');
select dp.events();
-- created, and rows for it
create table dp.t_3 partition of dp.t for values from ('2026-03-01') to ('2026-04-01');
insert into dp.t values (3, '2026-03-05');
select dp.events();
select dp.nodes();
-- again where it is there, with another name
select londiste.replay_partitions('same.t', 'dp.t', (select jsonb_build_object('what', 'attach', 'parts',
    jsonb_build_array(jsonb_build_object('schema', 'dp', 'table', 'other', 'path', path, 'key', null)))) ) from londiste.partition_structure where part_name = 'dp.t_3';
-- truncated alone, with the whole, undone
truncate dp.t_3;
begin; truncate dp.t_1; rollback;
select dp.events();
select dp.nodes();
begin; truncate dp.t; insert into dp.t values (4, '2026-01-06'), (5, '2026-02-06'), (6, '2026-03-06'); truncate dp.t_1; commit;
select dp.events() ~ '^R' limit 1;
truncate same.t, quarters.t, plain.t;
insert into same.t select * from dp.t; insert into quarters.t select * from dp.t; insert into plain.t select * from dp.t;
-- what no condition is made of
select kind from pgq.condition where queue_name = 'q_parts';
-- detached: a table of its own, without foreign keys; attached with rows, those of before and others
create table same.other (id int primary key);
insert into same.other select generate_series(1, 99);
alter table same.t add constraint to_other foreign key (id) references same.other;
alter table dp.t detach partition dp.t_2;
select dp.events();
select conrelid::regclass, conname from pg_constraint where confrelid = 'same.other'::regclass order by 1;
alter table same.t drop constraint to_other;
drop table same.other;
select dp.nodes();
select count(*) from same.t_2;
insert into dp.t_2 values (7, '2026-02-07', 'a b'), (8, '2026-02-08', null);
truncate dp.t_2;
insert into dp.t_2 values (9, '2026-02-09', 'x');
begin;
alter table dp.t attach partition dp.t_2 for values from ('2026-02-01') to ('2026-03-01');
insert into dp.t values (10, '2026-02-10');
commit;
select dp.events();
select dp.nodes();
-- one with rows that came from elsewhere is let be
create table dp.t_4 (like dp.t including all);
create table same.t_4 (like same.t including all);
insert into same.t_4 values (99, '2026-04-01');
alter table dp.t attach partition dp.t_4 for values from ('2026-04-01') to ('2026-05-01');
select dp.events();
truncate same.t_4;
select londiste.replay_partitions('same.t', 'dp.t', (select jsonb_build_object('what', 'attach', 'parts',
    jsonb_build_array(jsonb_build_object('schema', 'dp', 'table', 't_4', 'path', path, 'key', null)))) ) from londiste.partition_structure where part_name = 'dp.t_4';
select dp.nodes();
-- dropped: one, several by one command, and what hangs on it
insert into dp.t values (11, '2026-04-11');
select dp.events();
drop table dp.t_4;
select dp.events();
select dp.nodes();
-- sub-partitions and default ones, attached with rows on several levels
create table dp.d (id int, at date, v text, primary key (id, at)) partition by list (id);
create table dp.d_1 partition of dp.d for values in (20, 21) partition by range (at);
create table dp.d_1_1 partition of dp.d_1 for values from ('2026-05-01') to ('2026-05-10');
create table dp.d_rest partition of dp.d default;
insert into dp.d values (20, '2026-05-02'), (22, '2026-05-03');
alter table dp.t attach partition dp.d for values from ('2026-05-01') to ('2026-06-01');
select dp.events();
select dp.nodes();
create table dp.d_1_2 partition of dp.d_1 for values from ('2026-05-10') to ('2026-05-20');
insert into dp.t values (21, '2026-05-11'), (23, '2026-05-12');
truncate dp.d_1;
truncate dp.d_rest;
insert into dp.t values (21, '2026-05-11'), (23, '2026-05-12');
select dp.events();
select dp.nodes();
create table dp."Odd '@dp.t@" partition of dp.d for values in (24);
alter table dp.d detach partition dp.d_rest;
alter table dp.t detach partition dp.d;
drop table dp.d;
select dp.events();
select dp.nodes();
-- another one of that name: what was detached is kept
create table dp.d partition of dp.t for values from ('2026-05-01') to ('2026-06-01');
select dp.events();
select tableoid::regclass, id from same.d_detached_1 order by id;
drop table dp.d;
select count(*) from dp.events();
select dp.nodes();
-- a default whose others are others
create table quarters.t_rest partition of quarters.t default;
create table dp.t_rest partition of dp.t default;
insert into dp.t values (30, '2026-06-01');
select dp.events();
drop table dp.t_rest;
select dp.events();
select dp.nodes();
-- names and types that columns have by then
alter table dp.t rename at to "At";
alter table same.t rename at to "At"; alter table quarters.t rename at to "At"; alter table plain.t rename at to "At";
select count(*) from dp.events();
drop table dp.t_3;
select dp.events();
select dp.nodes();
alter table plain.t alter "At" type timestamp;
alter table plain.t rename v to w;
alter table dp.t detach partition dp.t_2;
select dp.events();
select dp.nodes();
-- the dropped table has none to tell; one of another name, without triggers, by whom it owns
drop table dp.t_2;
select count(*) from dp.events();
create role dp_user;
grant all on schema dp to dp_user;
create table dp.here (id int primary key, v text) partition by range (id);
select ret_code from londiste.local_add_table('q_parts', 'dp.there', '{"ev_extra3=''x'' || id","when=id < 5"}', null, 'dp.here');
create table dp.untold (id int primary key) partition by hash (id);
select ret_code from londiste.local_add_table('q_parts', 'dp.untold', '{no_triggers}');
select count(*) from dp.events();
create table dp.untold_1 partition of dp.untold for values with (modulus 2, remainder 0);
alter table dp.here owner to dp_user;
grant pgq_writer to dp_user;
set role dp_user;
create table dp.here_1 (like dp.here);
insert into dp.here_1 values (1, 'a&b=c'), (7, 'not told');
alter table dp.here attach partition dp.here_1 for values from (0) to (10);
select londiste._follow_partitions('ddl_command_end');
select londiste._publish_partitions('q_parts', 'dp.here', 'x', '{}');
truncate dp.here_1;
-- virtual columns and trigger arguments are evaluated as he
create function dp.whoami(int) returns text language plpgsql immutable as $$ begin raise warning 'as %', current_user; return 'x'; end $$;
reset role;
select ret_code from londiste.local_change_handler('q_parts', 'dp.there', '{ev_extra3=dp.whoami(id)}', null);
set role dp_user;
create table dp.here_2 (like dp.here);
insert into dp.here_2 values (11, 'z');
alter table dp.here attach partition dp.here_2 for values from (10) to (20);
-- rows that he may not see
alter table dp.here_2 enable row level security, force row level security;
alter table dp.here detach partition dp.here_2;
alter table dp.here attach partition dp.here_2 for values from (10) to (20);
reset role;
select regexp_replace(e, '\s+$', '') from dp.events() e;
-- what is published of rows that were there is what the trigger would have published of them, whatever its format, its arguments and the session's settings are
create table dp.f (id int, "Odd, 'col" text, b bytea, n numeric, ts timestamptz, f float8, arr text[], m money, plus int generated always as (id + 1) stored, primary key (id)) partition by list (id);
set datestyle = 'German'; set intervalstyle = 'sql_standard'; set bytea_output = 'escape'; set extra_float_digits = -3; set lc_monetary = 'C';
do $$
declare
    args    text[];
    data    text := (select queue_data_pfx from pgq.queue where queue_name = 'q_parts');
    differ  text;
    usual   boolean;
begin
    for args, usual in
        select a::text[], u from (values ('{}'), ('{tgflags=AIUDQ}'), ('{tgflags=AIUDJ}'), ('{ignore=b}'), ('{"pkey=n,id"}'), ('{backup}'), ('{tgflags=BIUD}'), ('{"ev_extra4=coalesce(length(b), -1) + f",tgflags=Q}'), ('{"when=id > 1"}')) v (a),
                                  (values (true), (false)) w (u)
    loop
        if usual then
            reset all;
        else
            set datestyle = 'German'; set intervalstyle = 'sql_standard'; set bytea_output = 'escape'; set extra_float_digits = -3;
        end if;
        perform londiste.local_add_table('q_parts', 'dp.f', args);
        execute 'create table dp.f_1 (like dp.f including all)';
        insert into dp.f_1 values (1, null, '\x00ff', 1.50, '2026-01-02 03:04:05.6+07', 0.1::float8 + 0.2, '{a," b","c,d",null}', 3), (2, E'a&b=%\\ ''"\n,', '', 'nan', null, 1e300, '{}', null), (3, '', null, null, null, null, null, null);
        execute format('delete from %s', data);
        alter table dp.f attach partition dp.f_1 for values in (1, 2, 3);
        execute format('create temp table attached as select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from %s where ev_type not like ''EXECUTE''', data);
        create temp table kept as select id, "Odd, 'col", b, n, ts, f, arr, m from dp.f;
        truncate dp.f;
        execute format('delete from %s', data);
        insert into dp.f select * from kept;
        execute format('select string_agg(x::text, '' '') || count(*) from (
            (select * from attached except all select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from %1$s) union all
            (select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from %1$s except all select * from attached)) x', data) into differ;
        raise warning '%: % events, differ: %', args, (select count(*) from attached), coalesce(differ, 'none');
        drop table dp.f_1, attached, kept;
        perform londiste.local_remove_table('q_parts', 'dp.f');
        execute format('delete from %s', data);
    end loop;
end $$;
reset all;
set client_min_messages = warning; set timezone = 'UTC';
-- by hash the rows cannot be told, but the partition can
create table dp.h (id int primary key) partition by hash (id);
create table dp.h_1 partition of dp.h for values with (modulus 2, remainder 0);
create table dp.h_2 partition of dp.h for values with (modulus 2, remainder 1);
select ret_code from londiste.local_add_table('q_parts', 'dp.h');
create table same.h (id int primary key) partition by hash (id);
create table same.h_1 partition of same.h for values with (modulus 2, remainder 0);
create table plain.h (id int primary key);
insert into plain.h values (1);
select count(*) from dp.events();
drop table dp.h_1;
select e from dp.events() e;
select londiste.replay_partitions(n || '.h', 'dp.h', (select jsonb_build_object('what', 'drop', 'name', part_name, 'path', path, 'condition', condition, 'columns', columns)
    from (values ('dp.h_1', '[["HASH (id)", "FOR VALUES WITH (modulus 2, remainder 0)"]]'::jsonb, null::text, '{"id": "integer"}'::jsonb)) v (part_name, path, condition, columns)))
    from unnest('{same}'::text[]) n;
select londiste.replay_partitions('plain.h', 'dp.h', '{"what": "drop", "name": "dp.h_1", "path": [["HASH (id)", "x"]], "condition": null, "columns": {}}');
select londiste.replay_partitions('plain.h', 'dp.h', '{"what": "shuffle"}');
select londiste.replay_partitions('plain.nothing', 'dp.h', '{"what": "shuffle"}');
select to_regclass('same.h_1'), count(*) from plain.h group by 1;
-- a script that every node runs is not published again; with check it is told again
begin; set local session_replication_role = local; drop table dp.h_2; create table dp.h_2 partition of dp.h for values with (modulus 2, remainder 1); commit;
select count(*) from dp.events();
select count(*) from londiste.partition_structure where table_name = 'dp.h';
select londiste.check_partitions('q_parts');
drop table dp.t_1;
select londiste.check_partitions('q_parts');
select count(*) from dp.events();
select ret_code from londiste.set_ddl('q_parts', 'check', null);
truncate dp.h_2;
drop table dp.h_2;
select londiste.check_partitions('q_parts');
select kind, subject from pgq.condition where queue_name = 'q_parts';
select count(*) from londiste.partition_structure;
-- the other tests' queries find nothing of this
drop schema dp, same, quarters, plain cascade;
drop owned by dp_user cascade;
drop role dp_user;
select count(*) > 0 from (select londiste.local_remove_table('q_parts', table_name) from londiste.table_info where queue_name = 'q_parts') r;
delete from londiste.applied_execute where queue_name = 'q_parts';
select ret_code from pgq_node.drop_node('q_parts', 'dp root');
