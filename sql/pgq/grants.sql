-- Who may do what: pgq_reader reads and consumes, pgq_writer publishes, pgq_admin does everything. Re-runnable.

grant usage on schema pgq to public;

revoke all on pgq.consumer, pgq.queue, pgq.queue_setting, pgq.tick, pgq.subscription, pgq.event_template, pgq.retry_queue, pgq.condition from public;
revoke all on sequence pgq.consumer_co_id_seq, pgq.queue_queue_id_seq, pgq.subscription_sub_id_seq, pgq.batch_id_seq from public;
grant select on pgq.consumer, pgq.queue, pgq.queue_setting, pgq.tick, pgq.subscription to public, pgq_reader;
grant select, insert, update, delete on pgq.consumer, pgq.queue, pgq.queue_setting, pgq.tick, pgq.subscription, pgq.retry_queue, pgq.condition to pgq_admin;
grant select on pgq.event_template, pgq.condition to pgq_reader;
grant select, insert, truncate on pgq.event_template to pgq_admin;
grant usage on sequence pgq.consumer_co_id_seq, pgq.queue_queue_id_seq, pgq.subscription_sub_id_seq, pgq.batch_id_seq to pgq_admin;

revoke execute on all routines in schema pgq from public;

grant execute on function
    pgq.seq_getval(text),
    pgq._event_seq(text),
    pgq._wake_ticker(),
    pgq.get_queue_info(),
    pgq.get_queue_info(text),
    pgq.get_consumer_info(),
    pgq.get_consumer_info(text),
    pgq.get_consumer_info(text, text),
    pgq.quote_fqname(text),
    pgq._check_transaction(text),
    pgq._disallowed_hint(text),
    pgq.version()
    to public;

grant execute on function
    pgq.batch_event_sql(bigint),
    pgq.batch_event_tables(bigint),
    pgq.find_tick_helper(integer, bigint, timestamptz, bigint, bigint, interval),
    pgq.register_consumer(text, text),
    pgq.register_consumer_at(text, text, bigint),
    pgq.unregister_consumer(text, text),
    pgq.next_batch_info(text, text),
    pgq.next_batch(text, text),
    pgq.next_batch_custom(text, text, interval, integer, interval),
    pgq.get_batch_events(bigint),
    pgq.get_batch_info(bigint),
    pgq.get_batch_cursor(bigint, text, integer, text),
    pgq.get_batch_cursor(bigint, text, integer),
    pgq.event_retry(bigint, bigint, timestamptz),
    pgq.event_retry(bigint, bigint, integer),
    pgq.batch_retry(bigint, integer),
    pgq.force_tick(text),
    pgq.snapshot_tick(text),
    pgq.get_conditions(text),
    pgq.finish_batch(bigint)
    to pgq_reader, pgq_admin;

grant execute on function
    pgq.insert_event(text, text, text),
    pgq.insert_event(text, text, text, text, text, text, text),
    pgq.current_event_table(text)
    to pgq_writer, pgq_admin;

grant execute on function
    pgq.ticker(text, bigint, timestamptz, bigint),
    pgq.ticker(text),
    pgq.ticker(),
    pgq.ticker_on_demand(text, bigint),
    pgq._is_braked(integer, bigint),
    pgq._tick_moved(integer[]),
    pgq.ticker_demand_state(integer[]),
    pgq.ticker_demand_state(),
    pgq._check_tick_isolation(),
    pgq._try_lock_ticker(text),
    pgq._lock_ticker(text, text),
    pgq._ticker_lock_holder(text),
    pgq._tick_due(pgq.queue),
    pgq._insert_ticks(integer[], bigint[]),
    pgq._queues_near_tick(),
    pgq._tick_queues(text),
    pgq._check_tick_txids(bigint, bigint),
    pgq._tick_bound(txid_snapshot, xid),
    pgq.maint_retry_events(),
    pgq.maint_rotate_tables_step1(text),
    pgq.maint_rotate_tables_step2(),
    pgq.maint_tables_to_vacuum(),
    pgq.maint_operations(),
    pgq._rotation_blockers(text),
    pgq.maint_rotation_check(),
    pgq.upgrade_schema(),
    pgq.grant_perms(text),
    pgq._grant_perms_from(text, text, text, text),
    pgq.tune_storage(text),
    pgq.seq_setval(text, bigint),
    pgq.create_queue(text),
    pgq.drop_queue(text, boolean),
    pgq.drop_queue(text),
    pgq.set_queue_config(text, text, text),
    pgq.set_condition(text, text, text, text, text, text),
    pgq.clear_condition(text, text, text),
    pgq.insert_event_raw(text, bigint, timestamptz, integer, integer, text, text, text, text, text, text),
    pgq.event_retry_raw(text, text, timestamptz, bigint, timestamptz, integer, text, text, text, text, text, text)
    to pgq_admin;

do $$
declare
    f   regprocedure;
begin
    -- The capture triggers, in whichever form they are installed.
    for f in
        select p.oid::regprocedure from pg_catalog.pg_proc p
        where p.pronamespace = 'pgq'::regnamespace and p.proname in ('logutriga', 'sqltriga', 'jsontriga')
    loop
        execute format('grant execute on function %s to pgq_writer, pgq_admin', f);
    end loop;

    -- In PL/pgSQL only.
    for f in select p.oid::regprocedure from pg_catalog.pg_proc p where p.pronamespace = 'pgq'::regnamespace and p.proname in ('prepare_captures', '_captures_may_have_changed') loop
        execute format('grant execute on function %s to pgq_admin', f);
    end loop;

    -- In C only.
    for f in select p.oid::regprocedure from pg_catalog.pg_proc p where p.pronamespace = 'pgq'::regnamespace and p.proname in ('ticker_wait', 'ticker_wait_moved') loop
        execute format('grant execute on procedure %s to pgq_admin', f);
    end loop;

    -- Parts of the PL/pgSQL triggers. They run with the rights of whoever writes the
    -- table; also who is no pgq_writer must see the refusal of a "deny" trigger.
    for f in
        select p.oid::regprocedure from pg_catalog.pg_proc p
        where p.pronamespace = 'pgq'::regnamespace
          and p.proname in ('_urlencode', '_row_text', '_row_values', '_row_check', '_row_urlencoded', '_row_json',
                            '_quote_idents', '_equal_columns', '_trigger_context', '_trigger_event', '_check_key_update', '_trigger_query',
                            '_trigger_overrides', '_insert_overridden', '_row_table', '_prepared_captures', '_captures_of', '_capture_functions',
                            '_capture_function', '_capture_field', '_store_function', '_trigger_argv', '_event_table_nr', '_newest_event_table_nr')
    loop
        execute format('grant execute on function %s to public', f);
    end loop;
end;
$$;
