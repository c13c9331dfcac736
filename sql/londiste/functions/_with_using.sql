-- londiste._with_using(i_table, i_before, i_after, i_text): i_before, in which columns have no type that were given other values by ALTER COLUMN ... TYPE ... USING and kept their type: so they differ
-- from i_after, and that is published as well.
--
-- i_table the command's, or one that inherits from it; i_before, i_after of _structure_of; i_text of the command, NULL: not known. Only of a text with one ALTER TABLE it is known that this is the one that has just ended.
-- Outside of an event trigger, at ddl_command_end, it fails. Called by: _follow_ddl.
create or replace function londiste._with_using(i_table oid, i_before jsonb, i_after jsonb, i_text text)
returns jsonb as $$
declare
    kept    text[];
begin
    -- A long text takes long to be read.
    if i_text is null or i_text !~* '\musing\M' or char_length(i_text) > 50000
        or (select count(*) from pg_catalog.regexp_matches(i_text, '\malter\s+table\M', 'gi')) > 10
        or not exists (select 1 from pg_catalog.pg_event_trigger_ddl_commands() c where c.command_tag = 'ALTER TABLE' and c.objid in (
                           with recursive above (oid) as (
                               select i_table
                               union select h.inhparent from pg_catalog.pg_inherits h join above a on h.inhrelid = a.oid)
                           select a.oid from above a))
        or (select count(*)
            from (select lower(t.token) = 'table' and t.kind = 'word' and lag(lower(t.token)) over (order by t.nr) = 'alter' as is_one from londiste._sql_tokens(i_text) t) t
            where t.is_one) <> 1
    then
        return i_before;
    end if;
    select array_agg(w.key) into kept
        from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
        join jsonb_to_recordset(i_before) h (kind text, key text, def jsonb) on h.kind = 'column' and h.key = w.key
        cross join lateral londiste._using_in_tree(i_text, i_table, w.name) u
        where w.kind = 'column' and h.def ->> 'type' = w.def ->> 'type' and (u.expression is not null or u.reason is not null);
    return (
        select jsonb_agg(case when b.part ->> 'kind' = 'column' and b.part ->> 'key' = any (kept) then jsonb_set(b.part, '{def,type}', '""') else b.part end order by b.nr)
        from jsonb_array_elements(i_before) with ordinality b (part, nr));
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
