-- Tables merged from several queues, and who copies first.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create function add_node(queue text, type text, combined text) returns void language plpgsql as $$
begin
    perform pgq_node.register_location(queue, 'up', 'dbname=up', false);
    perform pgq_node.register_location(queue, 'me', 'dbname=me', false);
    if type = 'root' then
        perform pgq_node.create_node(queue, type, 'me', 'w', null, null, null);
    else
        perform pgq_node.create_node(queue, type, 'me', 'w', 'up', 1, combined);
    end if;
end;
$$;
create function tables(tbl text) returns table (queue_name text, local bool, merge_state text, table_attrs text, dest_table text) language sql as $$
    select t.queue_name, t.local, t.merge_state, t.table_attrs, t.dest_table
    from londiste.table_info t where t.table_name = tbl or t.dest_table = tbl order by 1;
$$;
create function triggers(tbl text, out def text) returns setof text language sql as $$
    select regexp_replace(pg_get_triggerdef(t.oid), '.*TRIGGER (.*) (AFTER.*) ON .* EXECUTE FUNCTION', '\1 \2')
    from pg_trigger t where t.tgrelid = tbl::regclass and not t.tgisinternal order by t.tgname;
$$;
create table m_one (id int primary key);
create table m_two (id int primary key);

-- into a root
select add_node('m_all', 'root', null);
select add_node('m_a', 'leaf', 'm_all');
select add_node('m_b', 'leaf', 'm_all');
select add_node('m_c', 'leaf', null);
select * from londiste.global_add_table('m_a', 'm_one');
select queue_name, table_name from londiste.table_info order by 1, 2;
select ret_note from londiste.global_add_table('m_b', 'm_one');
select ret_note from londiste.global_add_table('m_c', 'm_one');
begin;
select * from londiste.local_add_table('m_a', 'm_one');
rollback;
select * from londiste.local_add_table('m_a', 'm_one', '{merge_all}', 'handler=x');
select tables('public.m_one');
select triggers('m_one');
select ev_type, ev_data from pgq.event_template order by ev_id;
insert into m_one values (1);
-- a part taken again while another is there
select ret_note from londiste.local_remove_table('m_a', 'm_one');
begin;
select * from londiste.local_add_table('m_a', 'm_one', '{merge_all}');
rollback;
select * from londiste.local_add_table('m_a', 'm_one', '{no_merge}');
select ret_note from londiste.local_remove_table('m_a', 'm_one');
select * from londiste.local_add_table('m_a', 'm_one', '{expect_sync}');
select tables('public.m_one');
select ret_note from londiste.local_remove_table('m_a', 'm_one');
select ret_note from londiste.local_remove_table('m_b', 'm_one');
select triggers('m_one');
-- one part only, and of another name; the queue's name goes on
select ret_note from londiste.global_add_table('m_a', 'm_far');
select * from londiste.local_add_table('m_a', 'm_far', '{no_merge}', null, 'm_two');
select tables('public.m_two');
select triggers('m_two');
select ret_note from londiste.local_remove_table('m_a', 'm_far');
select * from londiste.local_add_table('m_a', 'm_far', null, null, 'm_two');
select tables('public.m_two');
select triggers('m_two');
select ret_note from londiste.local_remove_table('m_a', 'm_far');
select ret_note from londiste.local_remove_table('m_all', 'm_far');
-- already there on the combined queue, with a trigger before ours
select ret_note from londiste.local_remove_table('m_all', 'm_one');
create function m_one() returns trigger language plpgsql as 'begin return null; end';
create trigger aaa after insert on m_one for each row execute function m_one();
begin;
select * from londiste.local_add_table('m_a', 'm_one', '{merge_all}');
select triggers('m_one');
rollback;
drop trigger aaa on m_one;
-- a sibling whose triggers cannot be made
begin;
create trigger _londiste_m_b after insert on m_one for each row execute function pgq.logutriga('another');
select * from londiste.local_add_table('m_a', 'm_one', '{merge_all}');
rollback;
-- while a part holds what it dropped for its copy, the primary key is not missed
select ret_note from londiste.local_add_table('m_a', 'm_one', '{no_merge}');
select ret_note from londiste.local_set_table_state('m_a', 'm_one', null, 'in-copy');
select ret_note from londiste.local_set_table_struct('m_a', 'public.m_one', 'alter table m_one add primary key (id);');
alter table m_one drop constraint m_one_pkey;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge}');
select ret_note from londiste.local_set_table_struct('m_a', 'public.m_one', null);
select ret_note from londiste.local_remove_table('m_b', 'm_one');
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge}');
alter table m_one add primary key (id);
select d.ret_note from unnest('{m_a,m_b,m_c,m_all}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;
select triggers('m_one');

-- into a branch: the parts have nothing to copy, the branch's worker does
select add_node('m_all', 'branch', null);
select add_node('m_a', 'leaf', 'm_all');
select add_node('m_b', 'leaf', 'm_all');
select queue_name from londiste.table_info order by 1;
select g.ret_note from unnest('{m_a,m_b}'::text[]) q, lateral londiste.global_add_table(q, 'm_one') g;
select * from londiste.local_add_table('m_a', 'm_one');
select tables('public.m_one');
select triggers('m_one');
select d.ret_note from unnest('{m_a,m_b,m_all}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;

-- the part that holds what was dropped for the copies goes: another one takes it over, or it is put back
create function holders() returns table (queue_name text, merge_state text, dropped_ddl text) language sql as $$
    select t.queue_name, t.merge_state, t.dropped_ddl from londiste.table_info t where t.table_name = 'public.m_one' and t.local order by 1;
$$;
select add_node('m_all', 'root', null);
select add_node('m_a', 'leaf', 'm_all');
select add_node('m_b', 'leaf', 'm_all');
select g.ret_note from unnest('{m_a,m_b}'::text[]) q, lateral londiste.global_add_table(q, 'm_one') g;
select ret_note from londiste.local_add_table('m_a', 'm_one', '{merge_all}');
alter table m_one drop constraint m_one_pkey;
set session_replication_role = replica;
insert into m_one values (1);
reset session_replication_role;
update londiste.table_info set merge_state = case queue_name when 'm_a' then 'in-copy' else 'catching-up' end,
    dropped_ddl = case queue_name when 'm_a' then 'alter table public.m_one add primary key (id);' end
    where table_name = 'public.m_one' and queue_name <> 'm_all';
begin;
select ret_note from londiste.local_remove_table('m_a', 'm_one');
select holders();
select * from m_one;
select ret_note from londiste.local_remove_table('m_b', 'm_one');
select holders();
select count(*) from m_one;
select conname from pg_constraint where conrelid = 'm_one'::regclass and contype = 'p';
rollback;
begin;
select ret_note from pgq_node.drop_node('m_a', 'me');
select holders();
select * from m_one;
rollback;
update londiste.table_info set merge_state = null where queue_name = 'm_b';
select ret_note from londiste.local_remove_table('m_a', 'm_one');
select holders();
select count(*) from m_one;
select d.ret_note from unnest('{m_a,m_b,m_all}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;
drop function holders;

-- two queues that fill one table and are not merged: a copy that empties it is refused
select add_node('m_a', 'leaf', null);
select add_node('m_b', 'leaf', null);
select add_node('m_c', 'branch', null);
select g.ret_code from unnest('{m_a,m_b,m_c}'::text[]) q, lateral londiste.global_add_table(q, 'm_one') g;
select g.ret_code from londiste.global_add_table('m_b', 'm_far') g;
select ret_note from londiste.local_add_table('m_a', 'm_one', '{no_merge}');
begin;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge}');
rollback;
begin;
select * from londiste.local_add_table('m_b', 'm_far', '{no_merge}', null, 'm_one');
rollback;
begin;
select * from londiste.local_add_table('m_c', 'm_one');
rollback;
begin;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge,skip_truncate}');
rollback;
select ret_note from londiste.local_set_table_state('m_a', 'm_one', null, 'ok');
begin;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge}');
rollback;
begin;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge}', 'skip_truncate=0');
rollback;
begin;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge,skip_truncate}');
rollback;
select * from londiste.local_add_table('m_b', 'm_one', '{no_merge,expect_sync}');
select d.ret_note from unnest('{m_a,m_b,m_c}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;

-- the order of the copies
create function copies(state_a text, state_b text, state_c text, ddl text) returns text language plpgsql as $$
declare
    res text;
begin
    update londiste.table_info set dropped_ddl = null, merge_state = null where table_name = 'public.m_one';
    update londiste.table_info set merge_state = case queue_name when 'm_a' then state_a when 'm_b' then state_b else state_c end,
        dropped_ddl = case when queue_name = ddl then 'ddl' end where table_name = 'public.m_one';
    select string_agg(concat_ws(' ', q, l.copy_role, l.copy_pos), ', ' order by q) into res
        from unnest('{m_a,m_b,m_c}'::text[]) q, londiste.get_table_list(q) l where l.table_name = 'public.m_one';
    return res;
end;
$$;
select add_node(q, 'leaf', null) from unnest('{m_a,m_b,m_c}'::text[]) q;
select g.ret_code from unnest('{m_a,m_b,m_c}'::text[]) q, lateral londiste.global_add_table(q, 'm_one') g;
select a.ret_code from unnest('{m_a,m_b,m_c}'::text[]) q, lateral londiste.local_add_table(q, 'm_one', '{no_merge,expect_sync}') a;
select copies(null, null, null, null);
select copies('in-copy', null, null, null);
select copies('in-copy', 'in-copy', 'in-copy', null);
select copies('in-copy', 'in-copy', 'in-copy', 'm_a');
select copies('in-copy', 'in-copy', 'in-copy', 'm_b');
select copies('catching-up', 'in-copy', 'in-copy', 'm_a');
select copies('catching-up', 'catching-up', 'in-copy', 'm_a');
select copies('catching-up', 'catching-up', 'catching-up', 'm_a');
select copies('catching-up', 'catching-up', 'catching-up', null);
select copies('in-copy', 'catching-up', null, null);
select copies('in-copy', 'ok', 'ok', null);
select copies('in-copy', 'ok', 'in-copy', null);
select copies('wanna-sync:5', 'do-sync:5', 'in-copy', null);
-- other destinations and other combined queues do not count
update londiste.table_info set dest_table = 'public.m_two' where queue_name = 'm_b';
select copies('in-copy', 'in-copy', null, null);
update londiste.table_info set local = false where queue_name = 'm_c';
select copies('in-copy', 'in-copy', 'in-copy', null);
select * from londiste._coordinate_copy('m_a', 'nothing');
select d.ret_note from unnest('{m_a,m_b,m_c}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;
drop table m_one, m_two;
drop function add_node, tables, triggers, copies, m_one;
