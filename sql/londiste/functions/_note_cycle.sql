-- londiste._note_cycle(i_queue_name, i_seq_name, i_cycles): notes as a condition of the queue, sequence_cycles, that a replicated sequence starts over at its end; or
-- that it does no more. Writes only when that is new. Does nothing beside a schema pgq without conditions. Called by: _publish_seqs,
-- local_remove_seq, global_remove_seq.
create or replace function londiste._note_cycle(i_queue_name text, i_seq_name text, i_cycles boolean)
returns void as $$
begin
    if to_regprocedure('pgq.set_condition(text, text, text, text, text, text)') is null then
        return;
    end if;
    if i_cycles then
        perform pgq.set_condition(i_queue_name, 'sequence_cycles', i_seq_name, 'warning',
            format('sequence %s starts over at its end (CYCLE): its numbers repeat, on every node', i_seq_name),
            format('If its numbers must be unique, run: alter sequence %s no cycle;', pgq.quote_fqname(i_seq_name)));
    elsif exists (select 1 from pgq.condition
                  where queue_name = i_queue_name and kind = 'sequence_cycles' and subject = i_seq_name)
    then
        perform pgq.clear_condition(i_queue_name, 'sequence_cycles', i_seq_name);
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
