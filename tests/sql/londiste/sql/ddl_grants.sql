-- With "ddl replicate" and its option grants, owners and grants follow, too.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
create schema dg;
create role dg_owner;
create role dg_next;
create role "dg @dg.t@ odd";
grant all on schema dg to dg_owner, dg_next;
select ret_code from pgq_node.register_location('q_grants', 'dg root', 'dbname=db', false);
select ret_code from pgq_node.create_node('q_grants', 'root', 'dg root', 'worker', null, null, null);
create table dg.t (id int primary key generated always as identity, n serial, v text, w text);
alter table dg.t owner to dg_owner;
select ret_code from londiste.local_add_table('q_grants', 'dg.t');
-- what was published since the last look, and what dg_node.t becomes by it
create schema dg_node;
grant all on schema dg_node to dg_owner, dg_next;
create table dg_node.t (like dg.t);
alter table dg_node.t alter id add generated always as identity;
create sequence dg_node.s owned by dg_node.t.n;
alter table dg_node.t owner to dg_owner;
create function dg.events() returns setof text language plpgsql as $$
declare
    ev      record;
begin
    for ev in execute (
        select format('with gone as (delete from %s returning *) select * from gone where ev_type <> ''londiste.add-table'' and ev_extra1 not like ''set_ddl%%'' order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_grants')
    loop
        return next ev.ev_data;
        set local session_replication_role = local;
        execute replace(ev.ev_data, '@dg.t@', 'dg_node.t');
        set local session_replication_role = origin;
        if current_user <> session_user then
            return next 'still ' || current_user;
        end if;
    end loop;
    return query select format('%s: %s', t, (select regexp_replace(string_agg(g, ' ' order by g), 'Dxtm/', 'Dxt/', 'g') from (
            select pg_get_userbyid(relowner)::text union all select unnest(relacl)::text from pg_class where oid = t
            union all select attname || ':' || unnest(attacl)::text from pg_attribute where attrelid = t
            union all select 'id:' || unnest(relacl)::text from pg_class where oid = pg_get_serial_sequence(t::text, 'id')::regclass
            union all select 'n:' || unnest(relacl)::text from pg_class where oid = pg_get_serial_sequence(t::text, 'n')::regclass) g (g)))
        from pg_class, unnest('{dg.t,dg_node.t}'::regclass[]) t where oid = t order by 1;
end $$;
-- without the option they do not
select ret_code from londiste.set_ddl('q_grants', 'replicate', null);
grant select on dg.t to dg_next;
select e from dg.events() e where e not like '%: %' or e ~ 'replay';
revoke select on dg.t from dg_next;
select * from londiste.set_ddl('q_grants', null, '{"grants": "maybe"}');
select * from londiste.set_ddl('q_grants', null, '{"grants": true}');
select mode, options from londiste.ddl_setting;
grant select, insert on dg.t to dg_next, "dg @dg.t@ odd" with grant option;
grant update (v, w) on dg.t to public;
grant usage on sequence dg.t_id_seq, dg.t_n_seq to dg_next;
select dg.events();
revoke grant option for select on dg.t from dg_next;
revoke update (w) on dg.t from public;
revoke insert on dg.t from dg_next;
revoke all on sequence dg.t_n_seq from dg_next;
select dg.events();
-- a new owner, what he is granted with it, and all at once
alter table dg.t owner to dg_next;
revoke delete on dg.t from dg_next;
select dg.events();
reassign owned by dg_next to dg_owner;
select dg.events();
drop owned by "dg @dg.t@ odd";
select dg.events();
-- columns and roles under other names are the same; what is granted by whom owns; TRIGGER stays behind
alter table dg.t rename v to vv;
alter role dg_next rename to dg_new;
grant usage on schema dg to dg_new;
set role dg_owner;
grant trigger, references on dg.t to dg_new;
grant select (vv) on dg.t to dg_new;
select londiste._follow_grants();
reset role;
select regexp_replace(e, '(?n)^select pg_catalog.set_config.*$\n', '', 'g') from dg.events() e;
-- on a node: a role that is not there, an owner who may do more there, a privilege of the future, what is no table, no column
select londiste.replay_grants('dg_node.t', 'q_grants', '{"owner": "nobody", "changes": [{"what": "grant", "kind": "table", "privilege": "SELECT", "role": "nobody"},
    {"what": "revoke", "kind": "table", "privilege": "SELECT", "role": "nobody"}, {"what": "grant", "kind": "table", "privilege": "SOMETHING", "role": "dg_new"},
    {"what": "grant", "kind": "column", "column": "none", "privilege": "SELECT", "role": "dg_new"}, {"what": "grant", "kind": "sequence", "column": "vv", "privilege": "SELECT", "role": "dg_new"},
    {"what": "grant", "kind": "table", "privilege": "DELETE", "role": "dg_new"}]}');
select severity, subject, message from pgq.condition where queue_name = 'q_grants' and kind = 'grant_missing' order by 2;
create role nobody;
select londiste.replay_grants('dg_node.t', 'q_grants', '{"changes": [{"what": "grant", "kind": "table", "privilege": "SELECT", "role": "nobody"}]}');
select subject from pgq.condition where queue_name = 'q_grants' and kind = 'grant_missing' order by 1;
select londiste.replay_grants('dg_node.t', 'q_other', format('{"owner": "%s"}', current_user)::jsonb);
grant pg_read_all_settings to nobody;
select londiste.replay_grants('dg_node.t', 'q_other', '{"owner": "nobody"}');
select londiste.replay_grants('dg_node.none', 'q_other', '{"owner": "nobody"}');
select relowner::regrole from pg_class where oid = 'dg_node.t'::regclass;
-- by a script that every node runs, and no longer
begin; set local session_replication_role = local; grant references on dg.t to public; commit;
select ret_code from londiste.set_ddl('q_grants', null, '{"grants": false}');
grant references on dg.t to nobody;
select e from dg.events() e where e not like '%: %' or e ~ 'replay';
-- the other tests' queries find nothing of this
drop event trigger _londiste_sql_drop;
drop event trigger _londiste_ddl_command_end;
drop schema dg, dg_node cascade;
drop owned by dg_owner, dg_new, nobody, "dg @dg.t@ odd" cascade;
drop role dg_owner, dg_new, nobody, "dg @dg.t@ odd";
select count(*) > 0 from (select londiste.local_remove_table('q_grants', table_name) from londiste.table_info where queue_name = 'q_grants') r;
delete from londiste.applied_execute where queue_name = 'q_grants';
select ret_code from pgq_node.drop_node('q_grants', 'dg root');
