-- londiste._hang_partition(i_table, i_parent, i_bound, i_key, i_schema, i_name, i_again): gives a node's table the partition that the root's has, as its owner: the table of
-- that name if there is one, else a new one.
--
-- i_table   the replicated table, i_parent it or its partition that is partitioned by itself
-- i_key     by which the new one is partitioned; NULL: not
-- i_again   the same table was a partition before, and was detached
--
-- A table with rows becomes a partition only when it was one before (detached_partition) and i_again: its rows are those of the root's table at that time, so it is emptied; the
-- rows that it has on the root now follow as inserts. Where the root has another table of that name now, what was detached here is kept, under another name.
-- Where the table's other partitions are in the way there is nothing to do: they take the rows.
-- Locks: as the server does for ATTACH. Called by: replay_partitions.
create or replace function londiste._hang_partition(i_table oid, i_parent oid, i_bound text, i_key text, i_schema text, i_name text, i_again boolean)
returns void as $$
declare
    fqname      constant text := pg_catalog.format('%I.%I', i_schema, i_name);
    own_role    constant text := pg_catalog.current_setting('role');
    part        record;
    has_rows    boolean := false;
    -- what was detached here is in the way
    old         boolean;
    kept_as     text;
begin
    select c.oid, c.relkind, c.relispartition, pg_catalog.pg_get_partkeydef(c.oid) as key,
           exists (select 1 from londiste.detached_partition d where d.part_oid = c.oid) as was_one into part
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = i_schema and c.relname = i_name;
    if part.relispartition and exists (select 1 from pg_catalog.pg_partition_ancestors(part.oid) a where a.relid = i_table) then
        return;     -- partitioned otherwise, under the same names
    end if;
    if part.oid is not null and (part.relispartition or part.relkind not in ('r', 'p') or part.key is distinct from i_key and not part.was_one) then
        raise exception 'table "%" cannot have the partition "%" of the root: something else has that name here', i_table::pg_catalog.regclass, fqname
            using errcode = 'duplicate_table', hint = 'Rename what is here: then the worker goes on.';
    end if;
    perform pg_catalog.set_config('role', pg_catalog.pg_get_userbyid(c.relowner), true) from pg_catalog.pg_class c where c.oid = i_table;
    if part.oid is not null then
        execute pg_catalog.format('select exists (select 1 from %s)', fqname) into has_rows;
    end if;
    old := part.was_one and (part.key is distinct from i_key or has_rows and not i_again);
    if has_rows and not part.was_one then
        raise exception 'table "%" cannot become a partition of "%", as on the root: it has rows here', fqname, i_table::pg_catalog.regclass
            using errcode = 'object_not_in_prerequisite_state', hint = 'Rename it, or empty it: then the worker goes on. The rows that it has on the root follow.';
    end if;
    begin
        if old and has_rows and not i_again then
            select left(i_name, 40) || '_detached_' || n.nr into kept_as
                from pg_catalog.generate_series(1, 1000000) n (nr)
                where pg_catalog.to_regclass(pg_catalog.format('%I.%I', i_schema, left(i_name, 40) || '_detached_' || n.nr)) is null
                limit 1;
            execute pg_catalog.format('alter table %s rename to %I', fqname, kept_as);
            raise warning 'table "%" was detached here, and is kept as "%.%": the root has a new partition of that name', fqname, i_schema, kept_as;
        elsif old then
            execute pg_catalog.format('drop table %s', fqname);
        end if;
        if part.oid is null or old then
            execute pg_catalog.format('create table %s partition of %s %s%s', fqname, i_parent::pg_catalog.regclass, i_bound, ' partition by ' || i_key);
        else
            if has_rows then
                execute pg_catalog.format('truncate %s', fqname);
            end if;
            execute pg_catalog.format('alter table %s attach partition %s %s', i_parent::pg_catalog.regclass, fqname, i_bound);
        end if;
    exception
        when invalid_object_definition then
            null;   -- other partitions are there for these rows
    end;
    perform pg_catalog.set_config('role', own_role, true);
    delete from londiste.detached_partition where part_oid = part.oid;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
