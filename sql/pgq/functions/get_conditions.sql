-- pgq.get_conditions(i_queue_name): what is to be known about a queue and its database now, the worst first, then the oldest.
create or replace function pgq.get_conditions(i_queue_name text)
returns setof pgq.condition as $$
    select c.* from pgq.condition c
    where c.queue_name in (i_queue_name, '')
    order by case c.severity when 'error' then 1 when 'warning' then 2 else 3 end, c.since, c.kind, c.subject;
$$ language sql stable set search_path = pg_catalog, pg_temp;
