-- pgq._has_events_from(i_table, i_txid): whether an event table (quoted name) holds an event of this transaction id or a later one. Called by:
-- maint_rotate_tables_step1.
--
-- Looks at that end of the index on ev_txid only, whatever the planner thinks of the table: what was rolled back below i_txid, a load of millions
-- perhaps, stays in index and table until rotation, and max(ev_txid) would read it through.
create or replace function pgq._has_events_from(i_table text, i_txid bigint)
returns boolean as $$
declare
    found_one   boolean;
begin
    execute pg_catalog.format('select exists (select 1 from %s where ev_txid >= $1)', i_table) into found_one using i_txid;
    return found_one;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off;
