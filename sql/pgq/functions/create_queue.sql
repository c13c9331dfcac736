-- pgq.create_queue(i_queue_name): makes a queue with its tables, sequences and first tick.
-- Returns 1 when created, 0 when it exists already. Error: Invalid NULL value.
create or replace function pgq.create_queue(i_queue_name text)
returns integer as $$
declare
    pfx         text;
    tblname     text;
    idxpfx      text;
    id          integer;
    ntables     integer;
begin
    if i_queue_name is null then
        raise exception 'Invalid NULL value';
    end if;

    -- Of two creators at once one waits here and then finds the queue.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('pgq.create_queue'), pg_catalog.hashtext(i_queue_name));
    perform 1 from pgq.queue where queue_name = i_queue_name;
    if found then
        return 0;
    end if;

    id := nextval('pgq.queue_queue_id_seq');
    pfx := 'pgq.event_' || id::text;
    idxpfx := 'event_' || id::text;
    insert into pgq.queue (queue_id, queue_name, queue_data_pfx, queue_event_seq, queue_tick_seq)
    values (id, i_queue_name, pfx, pfx || '_id_seq', pfx || '_tick_seq')
    returning queue_ntables into ntables;

    execute 'create sequence ' || pgq.quote_fqname(pfx || '_tick_seq');
    execute 'create sequence ' || pgq.quote_fqname(pfx || '_id_seq');
    execute 'grant select on ' || pgq.quote_fqname(pfx || '_tick_seq') || ' to public';
    execute 'grant select on ' || pgq.quote_fqname(pfx || '_id_seq') || ' to public';
    execute 'grant usage on ' || pgq.quote_fqname(pfx || '_id_seq') || ' to pgq_admin';

    execute 'create table ' || pgq.quote_fqname(pfx) || ' () inherits (pgq.event_template)';
    for i in 0 .. ntables - 1 loop
        tblname := pfx || '_' || i::text;
        execute 'create table ' || pgq.quote_fqname(tblname) || ' () inherits (' || pgq.quote_fqname(pfx) || ')';
        execute 'alter table ' || pgq.quote_fqname(tblname)
            || ' alter column ev_id set default nextval(' || quote_literal(pfx || '_id_seq') || ')';
        execute 'create index ' || quote_ident(idxpfx || '_' || i::text || '_txid_idx') || ' on ' || pgq.quote_fqname(tblname) || ' (ev_txid)';
    end loop;

    perform pgq.grant_perms(i_queue_name);
    perform pgq.ticker(i_queue_name);
    perform pgq.tune_storage(i_queue_name);
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
