-- londiste.local_add_seq(i_queue_name, i_seq_name): takes part in a sequence. On the root it is published at once, which is how the other nodes learn of
-- it; elsewhere the local sequence is moved to the last published value.
-- 200 Sequence added: s; 201 Sequence already added: s; 400 Sequence not found: s; 404 Unknown sequence: s (the root does not publish it).
-- Error: queue does not exist: q. Locks the seq_info row. Called by: add-seq.
create or replace function londiste.local_add_seq(
    in i_queue_name text, in i_seq_name text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    fq_seq_name text := londiste.make_fqname(i_seq_name);
    is_root     boolean;
    seq         record;
begin
    is_root := pgq_node.is_root_node(i_queue_name);
    if londiste.find_seq_oid(fq_seq_name) is null then
        select 400, 'Sequence not found: ' || fq_seq_name into ret_code, ret_note;
        return;
    end if;
    select s.local, s.last_value into seq
        from londiste.seq_info s
        where s.queue_name = i_queue_name and s.seq_name = fq_seq_name
        for update;
    if found and seq.local then
        select 201, 'Sequence already added: ' || fq_seq_name into ret_code, ret_note;
        return;
    end if;

    if is_root then
        insert into londiste.seq_info (queue_name, seq_name, local, last_value)
            values (i_queue_name, fq_seq_name, true, 0)
            on conflict on constraint seq_info_pkey do update set local = true;
        perform r.ret_code from londiste._publish_seqs(i_queue_name, null, fq_seq_name) r;
    else
        if seq.last_value is null then
            select 404, 'Unknown sequence: ' || fq_seq_name into ret_code, ret_note;
            return;
        end if;
        update londiste.seq_info set local = true where queue_name = i_queue_name and seq_name = fq_seq_name;
        perform londiste._move_seq(fq_seq_name, seq.last_value);
    end if;
    perform londiste._note_seqs(i_queue_name, fq_seq_name);
    select 200, 'Sequence added: ' || fq_seq_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
