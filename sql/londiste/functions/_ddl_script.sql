-- londiste._ddl_script(i_queue_table, i_before, i_after, i_text, i_settings, i_types): the script that does to a node's table what was done to the root's. NULL: nothing.
--
-- i_queue_table       its name on the queue, for which each node puts its own
-- i_before, i_after   of _structure_of
-- i_text              the text of the command, for USING; NULL: not known
-- i_settings          of the session that ran it, by name: values are read and written under them, and names in USING looked up
-- i_types             of _new_types_script
--
-- The statements run as the owner of the node's table: what its owner on the root writes must not be executed with a worker's rights.
-- Called by: _follow_ddl.
create or replace function londiste._ddl_script(i_queue_table text, i_before jsonb, i_after jsonb, i_text text, i_settings jsonb, i_types text)
returns text as $$
declare
    tag         constant text := '@' || i_queue_table || '@';
    tbl         constant oid := (select t.key::oid from jsonb_to_recordset(i_after) t (kind text, key text) where t.kind = 'table');
    statements  text[];
    retypes     boolean;
    saved       text := '';
    restored    text := '';
    needed      text[] := '{role,search_path}';
    made        text;
    own_path    constant text := E'select pg_catalog.set_config(''search_path'', ''pg_catalog, pg_temp'', true);\n';
    fkeys       text;
    s           text;
begin
    select array_agg(londiste._tree_statement(tbl, tag, d.kind, d.nr, n.old_name, d.name, n.type, d.statement || coalesce(' using ' || u.expression, '')) order by d.nr, d.place),
           bool_or(d.nr = 61)
        into statements, retypes
        from londiste.structure_difference(i_before, i_after, tag, true) with ordinality d (nr, kind, name, severity, message, statement, place)
        left join lateral (
            select h.name, w.def ->> 'type'
            from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
            join jsonb_to_recordset(i_before) h (kind text, name text, key text) on h.kind = w.kind and h.key = w.key
            where w.kind = d.kind and w.name = d.name) n (old_name, type) on d.nr in (30, 31, 61)
        left join lateral londiste._using_in_tree(i_text, tbl, d.name) u on d.nr = 61
        where d.statement is not null
            and not (d.kind = 'constraint' and d.name in (
                select f.name from jsonb_to_recordset(i_before || i_after) f (kind text, name text, def jsonb) where f.kind = 'constraint' and f.def ->> 'type' = 'f'));
    fkeys := londiste._fkey_script(tag, i_before, i_after);
    if statements is null and fkeys is null then
        return null;
    end if;
    -- They last until the end of the transaction, in which the worker has more to do. What stands here looks up operators: not along a path of others.
    if retypes then
        needed := needed || array(select k from jsonb_object_keys(i_settings - 'search_path') k order by k);
    end if;
    foreach s in array needed loop
        saved := saved || pg_catalog.format(E'select pg_catalog.set_config(%L, pg_catalog.current_setting(%L), true);\n', 'londiste.' || s, s);
        restored := restored || pg_catalog.format(E'select pg_catalog.set_config(%L, pg_catalog.current_setting(%L), true);\n', s, 'londiste.' || s);
    end loop;
    if statements is not null then
        made := pg_catalog.format(E'select pg_catalog.set_config(''role'', pg_catalog.pg_get_userbyid(c.relowner), true) from pg_catalog.pg_class c where c.oid = $name$%s$name$::pg_catalog.regclass;\n',
                                  tag)
            || coalesce(i_types, '')
            || case when retypes then (select string_agg(pg_catalog.format(E'select pg_catalog.set_config(%L, %L, true);\n', k.key, k.value), '' order by k.key)
                                       from jsonb_each_text(i_settings) k) else '' end
            || array_to_string(statements, E';\n') || E';\n';
    end if;
    return saved || own_path || coalesce(made, '')
        || coalesce(E'select pg_catalog.set_config(''role'', pg_catalog.current_setting(''londiste.role''), true);\n' || own_path || fkeys, '') || restored;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
