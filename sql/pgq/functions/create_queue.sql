-- pgq.create_queue(i_queue_name): makes a queue with its sequences, tables, indexes and grants, and its first tick.
-- Returns 1 when created, 0 when it exists already. Error: Invalid NULL value.
-- Of two creators at once the second waits, in the insert, and finds the queue.
create or replace function pgq.create_queue(i_queue_name text)
returns integer as $$
declare
    new_id      integer;
    prefix      text;
    parent      text;
    child       text;
    event_seq   text;
    tick_seq    text;
    tables      integer;
begin
    if i_queue_name is null then
        raise exception 'Invalid NULL value';
    end if;
    if exists (select 1 from pgq.queue where queue_name = i_queue_name) then
        return 0;
    end if;
    perform pgq._check_transaction('create a queue');

    new_id := nextval('pgq.queue_queue_id_seq');
    prefix := 'pgq.event_' || new_id;
    parent := pgq.quote_fqname(prefix);
    event_seq := pgq.quote_fqname(prefix || '_id_seq');
    tick_seq := pgq.quote_fqname(prefix || '_tick_seq');

    insert into pgq.queue (queue_id, queue_name, queue_data_pfx, queue_event_seq, queue_tick_seq)
        values (new_id, i_queue_name, prefix, prefix || '_id_seq', prefix || '_tick_seq')
        on conflict on constraint queue_name_uq do nothing
        returning queue_ntables into tables;
    if not found then
        return 0;
    end if;

    execute format('create sequence %s', tick_seq);
    execute format('create sequence %s', event_seq);
    execute format('grant select on sequence %s, %s to public', tick_seq, event_seq);
    execute format('grant usage on sequence %s to pgq_admin', event_seq);

    execute format('create table %s () inherits (pgq.event_template)', parent);
    for nr in 0 .. tables - 1 loop
        child := pgq.quote_fqname(prefix || '_' || nr);
        execute format('create table %s () inherits (%s)', child, parent);
        execute format('alter table %s alter column ev_id set default nextval(%L)', child, prefix || '_id_seq');
        execute format('create index %I on %s (ev_txid)', 'event_' || new_id || '_' || nr || '_txid_idx', child);
    end loop;

    perform pgq.grant_perms(i_queue_name);
    perform pgq.ticker(i_queue_name);
    perform pgq.tune_storage(i_queue_name);
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
