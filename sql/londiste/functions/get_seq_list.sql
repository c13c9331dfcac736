-- londiste.get_seq_list(i_queue_name): the sequences of a queue, in the order they were added.
create or replace function londiste.get_seq_list(
    in i_queue_name text,
    out seq_name text, out last_value int8, out local boolean)
returns setof record as $$
    select s.seq_name, s.last_value, s.local from londiste.seq_info s where s.queue_name = i_queue_name order by s.nr, s.seq_name;
$$ language sql strict set search_path = pg_catalog, pg_temp;
