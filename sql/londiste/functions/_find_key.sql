-- londiste._find_key(i_table, i_trg_args): by which columns the changes of a table without a primary key can be told apart. Nothing is set when it has one.
--
-- pkey_arg     the trigger argument that says so, pkey=a,b: as i_trg_args has it, or of the best unique index: that of the replica identity, else the one of fewest columns
-- index_name   the index that makes them unique
-- problem      why there is none: there is no index, or none for the pkey= that i_trg_args has
--
-- An index counts that is unique, valid, not deferrable, of all rows, on columns (no expressions) which are NOT NULL and whose names a trigger argument can hold (no comma, no
-- white space).
-- Called by: local_add_table, check_tables.
create or replace function londiste._find_key(
    in i_table oid, in i_trg_args text[],
    out pkey_arg text, out index_name text, out problem text)
returns record as $$
declare
    named   text[];
    best    record;
begin
    if exists (select 1 from pg_catalog.pg_index i where i.indrelid = i_table and i.indisprimary) then
        return;
    end if;
    select a.arg, array_remove(regexp_split_to_array(substr(a.arg, 6), E'[,\\s]+'), '') into pkey_arg, named
        from unnest(i_trg_args) with ordinality a (arg, nr)
        where starts_with(a.arg, 'pkey=')
        order by a.nr desc
        limit 1;
    select c.relname, k.names into best
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        cross join lateral (
            select array_agg(a.attname::text order by u.nr) as names,
                   bool_and(a.attnotnull and a.attname !~ E'[,\\s]'
                            and not exists (select 1 from pg_catalog.pg_constraint n
                                            where n.conrelid = i_table and n.contype = 'n' and not n.convalidated and n.conkey = array[a.attnum])) as fits
            from unnest(i.indkey) with ordinality u (attnum, nr)
            join pg_catalog.pg_attribute a on a.attrelid = i_table and a.attnum = u.attnum
            where u.nr <= i.indnkeyatts) k
        where i.indrelid = i_table and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null and k.fits
            and (named is null or named @> k.names and named <@ k.names)
        order by i.indisreplident desc, i.indnkeyatts, c.relname
        limit 1;
    if found then
        index_name := best.relname;
        pkey_arg := coalesce(pkey_arg, 'pkey=' || array_to_string(best.names, ','));
    else
        problem := case when named is null then 'no unique index on columns that are NOT NULL'
                        else 'no unique index on (' || array_to_string(named, ', ') || '), columns that are NOT NULL' end;
    end if;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
