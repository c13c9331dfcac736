-- londiste.find_seq_oid(seq): oid of a sequence, or NULL.
create or replace function londiste.find_seq_oid(seq text)
returns oid as $$
    select londiste.find_rel_oid(seq, 'S');
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
