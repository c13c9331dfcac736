-- londiste._untold_using(i_table, i_had, i_before, i_after, i_text): why a change of a table cannot be published: ALTER COLUMN ... TYPE ... USING has given its rows other values, and it is not
-- known which, as the column has kept its type and the text does not tell. No row: nothing of the kind. What was rewritten ddl_trigger has noted in the transaction's setting londiste.rewritten.
--
-- i_had     of _structure_of, before the command; i_before: the same as _with_using has made it; i_after: behind it
-- i_text    of the command; NULL: not known
-- Called by: _follow_ddl.
create or replace function londiste._untold_using(
    in i_table oid, in i_had jsonb, in i_before jsonb, in i_after jsonb, in i_text text,
    out reason text, out cure text)
returns setof record as $$
    with columns as materialized (
        select w.name, h.def ->> 'type' = w.def ->> 'type' as kept
        from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
        join jsonb_to_recordset(i_had) h (kind text, key text, def jsonb) on h.kind = 'column' and h.key = w.key
        where w.kind = 'column')
    select 'its rows got other values by a USING, and which is not known', 'Run ALTER TABLE ... USING as a command of its own, or use UPDATE.'
    where i_before = i_had
        and exists (
            select 1
            from pg_catalog.regexp_matches(coalesce(pg_catalog.current_setting('londiste.rewritten', true), ''), '[0-9]+', 'g') r (oids)
            cross join lateral (select r.oids[1]::oid) o (oid)
            where (o.oid = i_table or o.oid in (select p.relid from pg_catalog.pg_partition_tree(i_table) p)) and pg_catalog.pg_relation_size(o.oid) > 0)
        and (not exists (select 1 from columns c where not c.kept)
             or exists (select 1 from columns c cross join lateral londiste._using_in_tree(i_text, i_table, c.name) u where c.kept and i_text is not null));
$$ language sql stable set search_path = pg_catalog, pg_temp;
