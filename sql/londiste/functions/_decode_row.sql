-- londiste._decode_row(i_row): the columns of an urlencoded row, as logutriga writes it into events: name, value (NULL where there is no equals sign), in their
-- order. Bytes are taken as UTF-8, as workers pass events on. Errors: those of decode and convert_from for what is not encoded rightly.
-- Called by: merge_on_time.
create or replace function londiste._decode_row(i_row text)
returns table (nr bigint, name text, value text) as $$
    select f.nr, d.name, d.value
    from unnest(string_to_array(i_row, '&')) with ordinality f (field, nr)
    cross join lateral (
        select max(p.decoded) filter (where p.side = 1) as name, max(p.decoded) filter (where p.side = 2) as value
        from (
            select s.side,
                   convert_from(string_agg(
                       case when c.n = 1 then convert_to(c.piece, 'UTF8') else decode(left(c.piece, 2), 'hex') || convert_to(substr(c.piece, 3), 'UTF8') end,
                       ''::bytea order by c.n), 'UTF8') as decoded
            from (values (1, replace(split_part(f.field, '=', 1), '+', ' ')),
                         (2, case when strpos(f.field, '=') > 0 then replace(substr(f.field, strpos(f.field, '=') + 1), '+', ' ') end)) s (side, encoded)
            cross join lateral unnest(case when s.encoded = '' then array[''] else string_to_array(s.encoded, '%') end) with ordinality c (piece, n)
            group by s.side
        ) p
    ) d
    where f.field <> ''
$$ language sql immutable strict set search_path = pg_catalog, pg_temp;
