-- londiste._publish_inheritance(i_queue_name, i_table_name, i_node_name, i_list, i_had, i_has): publishes that a table inherits from others now, or no more. Tables that the queue has not
-- got are left out; nodes of releases without the function pass it over.
-- i_list: "no more", which comes before what else was done to the table, or "from", which comes behind; i_had, i_has: of _structure_of. Called by: _follow_ddl.
create or replace function londiste._publish_inheritance(i_queue_name text, i_table_name text, i_node_name text, i_list text, i_had jsonb, i_has jsonb)
returns void as $$
declare
    parents jsonb;
begin
    select pg_catalog.jsonb_agg(i.table_name order by p.nr) into parents
        from pg_catalog.jsonb_to_recordset(case i_list when 'from' then i_has else i_had end) t (kind text, def jsonb)
        cross join lateral pg_catalog.jsonb_array_elements_text(t.def -> 'parents') with ordinality p (name, nr)
        join londiste.table_info i on i.queue_name = i_queue_name and i.local and coalesce(i.dest_table, i.table_name) = p.name
        where t.kind = 'table'
            and not exists (
                select 1 from pg_catalog.jsonb_to_recordset(case i_list when 'from' then i_had else i_has end) o (kind text, def jsonb)
                where o.kind = 'table' and o.def -> 'parents' ? p.name);
    if parents is not null then
        perform londiste._publish_list_script(i_queue_name, 'need-function=' || pgq._urlencode('londiste.replay_inheritance(2)'), i_node_name, pg_catalog.format(
            'select londiste.replay_inheritance(%L, %L);', i_queue_name, pg_catalog.jsonb_build_object('table', i_table_name, i_list, parents)));
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
