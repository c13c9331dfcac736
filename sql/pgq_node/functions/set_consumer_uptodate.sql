-- pgq_node.set_consumer_uptodate(i_queue_name, i_consumer_name, i_uptodate): the consumer has seen its flags. 200 Consumer uptodate = 1|0; 404 Consumer not known: q/c.
create or replace function pgq_node.set_consumer_uptodate(
    in i_queue_name text, in i_consumer_name text, in i_uptodate boolean,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    update pgq_node.local_state
        set uptodate = i_uptodate
        where queue_name = i_queue_name and consumer_name = i_consumer_name;
    if found then
        select 200, 'Consumer uptodate = ' || i_uptodate::int4::text into ret_code, ret_note;
    else
        select 404, 'Consumer not known: ' || i_queue_name || '/' || i_consumer_name into ret_code, ret_note;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
