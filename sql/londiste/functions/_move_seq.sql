-- londiste._move_seq(i_seq_name, i_value): moves a local sequence to a published value, in the direction in which it counts: never back, never out of
-- its limits, which may be narrower here than on the root. One that cycles goes on at its start when the value has passed its end, which a way back
-- of more than half its range tells. Error: sequence does not exist: s. Called by: global_update_seq, local_add_seq.
create or replace function londiste._move_seq(i_seq_name text, i_value bigint)
returns void as $$
declare
    s           record;
    old_value   bigint;
    new_value   bigint;
    way         numeric;
begin
    select p.seqrelid, p.seqincrement, p.seqmin, p.seqmax, p.seqcycle into s
        from pg_catalog.pg_sequence p
        where p.seqrelid = londiste.find_seq_oid(i_seq_name);
    if not found then
        raise exception 'sequence does not exist: %', londiste.make_fqname(i_seq_name);
    end if;
    new_value := greatest(s.seqmin, least(s.seqmax, i_value));
    old_value := pgq.seq_getval(londiste.make_fqname(i_seq_name));
    way := sign(s.seqincrement::numeric) * (new_value::numeric - old_value);
    if way > 0 or s.seqcycle and -way > (s.seqmax::numeric - s.seqmin) / 2 then
        perform pg_catalog.setval(s.seqrelid::regclass, new_value);
    end if;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
