-- londiste.replay_seq_owner(i_queue_name, i_seq_name, i_table_name, i_column): a sequence of the queue goes with a column from now on, as on the root; NULL for no table: with none.
-- True: it does here. What this node has not got is passed over, as are two that cannot belong together here, with a warning. Runs as the sequence's owner.
-- Locks both in SHARE ROW EXCLUSIVE mode. Called by: what _follow_seqs publishes.
create or replace function londiste.replay_seq_owner(i_queue_name text, i_seq_name text, i_table_name text, i_column text)
returns boolean as $$
declare
    role    constant text := pg_catalog.current_setting('role');
    seq     record;
    tbl     record;
    target  text := 'none';
begin
    select c.oid, c.relowner, c.relnamespace into seq
        from londiste.seq_info s
        join pg_catalog.pg_class c on c.oid = londiste.find_seq_oid(s.seq_name)
        where s.queue_name = i_queue_name and s.seq_name = i_seq_name and s.local
            -- an identity's cannot be taken from it
            and not exists (select 1 from pg_catalog.pg_depend o
                            where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = c.oid and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.deptype = 'i');
    if not found then
        return false;
    end if;
    if i_table_name is not null then
        select c.oid, c.relowner, c.relnamespace into tbl
            from londiste.table_info t
            join pg_catalog.pg_class c on c.oid = londiste.find_table_oid(coalesce(t.dest_table, t.table_name))
            join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = i_column and a.attnum > 0
            where t.queue_name = i_queue_name and t.table_name = i_table_name and t.local;
        if not found then
            return false;
        elsif (tbl.relowner, tbl.relnamespace) <> (seq.relowner, seq.relnamespace) then
            raise warning 'sequence "%" does not go with table "%" here: they have not the same owner and schema', i_seq_name, i_table_name;
            return false;
        end if;
        target := pg_catalog.format('%s.%I', tbl.oid::pg_catalog.regclass, i_column);
    end if;
    perform pg_catalog.set_config('role', pg_catalog.pg_get_userbyid(seq.relowner), true);
    execute pg_catalog.format('alter sequence %s owned by %s', seq.oid::pg_catalog.regclass, target);
    perform pg_catalog.set_config('role', role, true);
    return true;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
