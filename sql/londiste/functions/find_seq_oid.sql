-- londiste.find_seq_oid(i_fqname): oid of a sequence, or NULL.
create or replace function londiste.find_seq_oid(i_fqname text)
returns oid as $$
    select londiste.find_rel_oid(i_fqname, 'S');
$$ language sql strict stable;
