-- londiste._found_trigger_args(i_queue_name, i_table_name, i_dest_table): with which arguments the row trigger that a table has was made, as create_trigger takes them. For
-- tables of which that is not stored. NULL when there is no trigger of ours, or they cannot be told.
create or replace function londiste._found_trigger_args(i_queue_name text, i_table_name text, i_dest_table text)
returns text[] as $$
    with trg as (
        select t.tgtype, p.proname, encode(t.tgargs, 'escape') as args
        from pg_trigger t
        join pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = londiste.find_table_oid(i_dest_table) and not t.tgisinternal and t.tgparentid = 0 and t.tgtype & 1 <> 0
            and londiste.is_replica_func(t.tgfoid)
            and substring(t.tgargs for octet_length(i_queue_name) + 1) = londiste._trigger_args(array[i_queue_name])
        order by t.tgname
        limit 1
    ), form as (
        select case when trg.tgtype & 2 <> 0 then 'B' else 'A' end
               || case when trg.tgtype & 4 <> 0 then 'I' else '' end || case when trg.tgtype & 16 <> 0 then 'U' else '' end
               || case when trg.tgtype & 8 <> 0 then 'D' else '' end
               || case trg.proname when 'jsontriga' then 'J' when 'sqltriga' then 'Q' else 'L' end as flags,
               (select coalesce(array_agg(v.arg order by a.nr), '{}')
                from unnest(string_to_array(trg.args, '\000')) with ordinality a (part, nr)
                cross join lateral (select convert_from(decode(a.part, 'escape'), getdatabaseencoding())) v (arg)
                where a.nr > 1 and v.arg not in ('', 'deny') and v.arg <> 'ev_extra1=' || quote_literal(londiste.make_fqname(i_table_name))) as args
        from trg
        where trg.args !~ '\\\\'    -- could not be split
    )
    select case when form.flags = 'AIUDL' then '{}'::text[] else array['tgflags=' || form.flags] end || form.args from form;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
