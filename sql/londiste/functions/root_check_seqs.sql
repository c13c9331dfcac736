-- londiste.root_check_seqs(i_queue_name, i_buffer): publishes the queue's local sequences ahead of where they are, see _publish_seqs.
-- 100 Sequences updated; 402 Not a root node; 404 Queue not found: q. Called by: pgqd through pgq.maint_operations, the root's worker.
create or replace function londiste.root_check_seqs(
    in i_queue_name text, in i_buffer int8,
    out ret_code int4, out ret_note text)
returns record as $$
    select r.ret_code, r.ret_note from londiste._publish_seqs(i_queue_name, i_buffer, null) r;
$$ language sql set search_path = pg_catalog, pg_temp;

-- londiste.root_check_seqs(i_queue_name): the same with the default buffer.
create or replace function londiste.root_check_seqs(
    in i_queue_name text,
    out ret_code int4, out ret_note text)
returns record as $$
    select r.ret_code, r.ret_note from londiste.root_check_seqs(i_queue_name, null) r;
$$ language sql set search_path = pg_catalog, pg_temp;
