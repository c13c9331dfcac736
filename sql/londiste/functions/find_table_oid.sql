-- londiste.find_table_oid(i_fqname): oid of a table, plain or partitioned, or NULL.
create or replace function londiste.find_table_oid(i_fqname text)
returns oid as $$
    select coalesce(londiste.find_rel_oid(i_fqname, 'r'), londiste.find_rel_oid(i_fqname, 'p'));
$$ language sql strict stable;
