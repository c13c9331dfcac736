-- londiste._stored_trigger_args(i_trg_args): those of local_add_table's arguments that concern the triggers, as table_info.trigger_args keeps them.
create or replace function londiste._stored_trigger_args(i_trg_args text[])
returns text[] as $$
    select coalesce(array_agg(a.arg order by a.nr), '{}')
    from unnest(i_trg_args) with ordinality a (arg, nr)
    where a.arg not in ('expect_sync', 'skip_truncate', 'merge_all', 'no_merge');
$$ language sql immutable set search_path = pg_catalog, pg_temp;
