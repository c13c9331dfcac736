-- pgq_node.set_position_proof(i_queue_name, i_consumer_name, i_tick_id, i_tick_time, i_tick_event_seq, i_provider_node, i_system_identifier, i_timeline):
-- by what the position i_tick_id, which the caller stores in the same transaction, is known again at the provider.
-- 100; 404 Consumer not known: q/c. Locks the proof's row. Called by: workers, for each batch.
create or replace function pgq_node.set_position_proof(
    in i_queue_name text, in i_consumer_name text,
    in i_tick_id int8, in i_tick_time timestamptz, in i_tick_event_seq int8,
    in i_provider_node text, in i_system_identifier int8, in i_timeline int4,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    update pgq_node.position_proof
        set tick_id = i_tick_id, tick_time = i_tick_time, tick_event_seq = i_tick_event_seq,
            provider_node = i_provider_node, system_identifier = i_system_identifier, timeline = i_timeline
        where queue_name = i_queue_name and consumer_name = i_consumer_name;
    if not found then
        insert into pgq_node.position_proof
            select s.queue_name, s.consumer_name, i_tick_id, i_tick_time, i_tick_event_seq, i_provider_node, i_system_identifier, i_timeline
                from pgq_node.local_state s
                where s.queue_name = i_queue_name and s.consumer_name = i_consumer_name
            on conflict on constraint position_proof_pkey do nothing;
        if not found then
            select 404, 'Consumer not known: ' || i_queue_name || '/' || i_consumer_name into ret_code, ret_note;
            return;
        end if;
    end if;
    select 100, 'Consumer ' || i_consumer_name || ' proof of tick = ' || i_tick_id::text into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
