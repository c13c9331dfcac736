-- londiste._move_seq(i_seq_name, i_value): moves a subscriber's sequence to a published value, in the direction it counts, never back and never past its limits.
create or replace function londiste._move_seq(i_seq_name text, i_value bigint)
returns void as $$
declare
    s       record;
    last    bigint;
    value   bigint;
begin
    select p.seqincrement, p.seqmin, p.seqmax into s from pg_catalog.pg_sequence p where p.seqrelid = londiste.find_seq_oid(i_seq_name);
    if not found then
        return;
    end if;
    value := greatest(s.seqmin, least(s.seqmax, i_value));
    execute 'select last_value from ' || londiste.quote_fqname(i_seq_name) into last;
    if (s.seqincrement > 0 and value > last) or (s.seqincrement < 0 and value < last) then
        perform pg_catalog.setval(londiste.find_seq_oid(i_seq_name)::regclass, value);
    end if;
end;
$$ language plpgsql;
