-- pgq.batch_event_sql(x_batch_id): the SELECT that reads a batch, ordered by event id.
-- It is executed under the caller's search_path, so every name and operator in it is qualified.
-- Errors: batch not found; could not construct sql for batch <id>.
--
-- A batch is what is visible in the newer tick's snapshot and not in the older one's. Transactions from the older snapshot's xmax on are read as a range; those that ran at the older
-- tick and have ended by the newer one are listed one by one, or drawn into the range when they are near, so that a transaction that was open
-- for hours costs one list entry and not a scan of hours.
create or replace function pgq.batch_event_sql(x_batch_id bigint)
returns text as $$
declare
    b           record;
    old         record;
    tbl         text;
    range_start bigint;
    listed      text := '';
    part        text;
    sql         text := '';
    select_list constant text := 'select ev_id, ev_time, ev_txid, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from ';
    retry_filter text;
begin
    select s.sub_last_tick, s.sub_next_tick, s.sub_id, s.sub_queue,
           txid_snapshot_xmax(last.tick_snapshot) as tx_start,
           txid_snapshot_xmax(cur.tick_snapshot) as tx_end,
           last.tick_snapshot as last_snapshot, cur.tick_snapshot as cur_snapshot
        into b
        from pgq.subscription s
        join pgq.tick last on last.tick_queue = s.sub_queue and last.tick_id = s.sub_last_tick
        join pgq.tick cur on cur.tick_queue = s.sub_queue and cur.tick_id = s.sub_next_tick
        where s.sub_batch = x_batch_id;
    if not found then
        raise exception 'batch not found';
    end if;

    range_start := b.tx_start;
    for old in
        select x.id
        from txid_snapshot_xip(b.last_snapshot) x (id)
        where not exists (select 1 from txid_snapshot_xip(b.cur_snapshot) y (id) where y.id = x.id)
        order by x.id desc
    loop
        if range_start - 100 <= old.id then
            range_start := old.id;
        else
            listed := listed || case when listed = '' then '' else ',' end || old.id::text;
        end if;
    end loop;

    retry_filter := ' and (ev_owner is null or ev_owner operator(pg_catalog.=) ' || b.sub_id::text || ')';
    for tbl in select t from pgq.batch_event_tables(x_batch_id) t loop
        tbl := pgq.quote_fqname(tbl);
        part := select_list || 'pgq.tick cur, pgq.tick last, ' || tbl || ' ev'
            || ' where cur.tick_id operator(pg_catalog.=) ' || b.sub_next_tick::text || ' and cur.tick_queue operator(pg_catalog.=) ' || b.sub_queue::text
            || ' and last.tick_id operator(pg_catalog.=) ' || b.sub_last_tick::text || ' and last.tick_queue operator(pg_catalog.=) ' || b.sub_queue::text
            || ' and ev.ev_txid operator(pg_catalog.>=) ' || range_start::text || ' and ev.ev_txid operator(pg_catalog.<=) ' || b.tx_end::text
            || ' and pg_catalog.txid_visible_in_snapshot(ev.ev_txid, cur.tick_snapshot)'
            || ' and not pg_catalog.txid_visible_in_snapshot(ev.ev_txid, last.tick_snapshot)'
            || retry_filter;
        if listed <> '' then
            part := part || ' union all ' || select_list || tbl || ' ev where ev.ev_txid operator(pg_catalog.=) any (''{' || listed || '}''::pg_catalog.int8[])' || retry_filter;
        end if;
        sql := sql || case when sql = '' then '' else ' union all ' end || part;
    end loop;
    if sql = '' then
        raise exception 'could not construct sql for batch %', x_batch_id;
    end if;
    return sql || ' order by 1';
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
