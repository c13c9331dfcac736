-- londiste.local_rename_seq(i_queue_name, i_old_name, i_new_name): a sequence of the queue has another name from now on, on the root, by itself or with its table. The node's
-- own one gets it, too, as its owner, unless it has it already; a schema that is not there is made like the old one.
-- 200 Sequence renamed: s to r; 100 Sequence not registered: s. Error: whatever keeps the node from following.
-- Locks the seq_info row and the sequence. Called by: _follow_renames, _follow_seqs on the root, what it publishes elsewhere.
create or replace function londiste.local_rename_seq(
    in i_queue_name text, in i_old_name text, in i_new_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    role        constant text := pg_catalog.current_setting('role');
    old_name    constant text := londiste.make_fqname(i_old_name);
    new_name    constant text := londiste.make_fqname(i_new_name);
    seq         constant oid := londiste.find_seq_oid(old_name);
    is_local    boolean;
    child       regclass;
begin
    select s.local into is_local from londiste.seq_info s where s.queue_name = i_queue_name and s.seq_name = old_name for update;
    if not found then
        select 100, 'Sequence not registered: ' || old_name into ret_code, ret_note;
        return;
    elsif exists (select 1 from londiste.seq_info s where s.queue_name = i_queue_name and s.seq_name = new_name) then
        raise exception 'sequence "%" cannot be renamed to "%": the queue has a sequence of that name', old_name, new_name;
    end if;
    if is_local and londiste.find_seq_oid(new_name) is null then
        if seq is null then
            raise exception 'sequence "%" cannot be renamed to "%": it does not exist', old_name, new_name;
        end if;
        perform londiste._create_schema_like((londiste.split_fqname(new_name)).schema_part, (londiste.split_fqname(old_name)).schema_part);
        perform pg_catalog.set_config('role', pg_catalog.pg_get_userbyid(c.relowner), true) from pg_catalog.pg_class c where c.oid = seq;
        if (londiste.split_fqname(new_name)).schema_part <> (londiste.split_fqname(old_name)).schema_part then
            execute pg_catalog.format('alter sequence %s set schema %I', seq::pg_catalog.regclass, (londiste.split_fqname(new_name)).schema_part);
        end if;
        if (londiste.split_fqname(new_name)).name_part <> (londiste.split_fqname(old_name)).name_part then
            execute pg_catalog.format('alter sequence %s rename to %I', seq::pg_catalog.regclass, (londiste.split_fqname(new_name)).name_part);
        end if;
        perform pg_catalog.set_config('role', role, true);
    end if;
    insert into londiste.seq_info
        select (pg_catalog.jsonb_populate_record(s, pg_catalog.jsonb_build_object('seq_name', new_name))).*
        from londiste.seq_info s
        where s.queue_name = i_queue_name and s.seq_name = old_name;
    for child in
        select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = 'londiste.seq_info'::pg_catalog.regclass
    loop
        execute pg_catalog.format('update %s set seq_name = $3 where queue_name = $1 and seq_name = $2', child) using i_queue_name, old_name, new_name;
    end loop;
    delete from londiste.seq_info s where s.queue_name = i_queue_name and s.seq_name = old_name;
    select 200, 'Sequence renamed: ' || old_name || ' to ' || new_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
