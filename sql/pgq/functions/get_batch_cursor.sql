-- pgq.get_batch_cursor(i_batch_id, i_cursor_name, i_quick_limit, i_extra_where): opens a NO SCROLL cursor on the events of a batch in the caller's transaction
-- and returns the first i_quick_limit of them. The caller goes on with FETCH and CLOSE. i_extra_where: SQL condition on the ten columns.
-- A NULL among the first three: nothing happens.
create or replace function pgq.get_batch_cursor(
    in i_batch_id bigint, in i_cursor_name text, in i_quick_limit integer, in i_extra_where text,
    out ev_id bigint, out ev_time timestamptz, out ev_txid bigint, out ev_retry integer,
    out ev_type text, out ev_data text, out ev_extra1 text, out ev_extra2 text, out ev_extra3 text, out ev_extra4 text)
returns setof record as $$
declare
    cname   text := quote_ident(i_cursor_name);
    sql     text;
begin
    if i_batch_id is null or i_cursor_name is null or i_quick_limit is null then
        return;
    end if;
    sql := pgq.batch_event_sql(i_batch_id);
    if i_extra_where is not null then
        sql := 'select * from (' || regexp_replace(sql, ' order by 1$', '') || ') _evs where ' || i_extra_where || ' order by 1';
    end if;
    execute 'declare ' || cname || ' no scroll cursor for ' || sql;
    if i_quick_limit > 0 then
        return query execute 'fetch ' || i_quick_limit::text || ' from ' || cname;
    end if;
end;
$$ language plpgsql;

-- pgq.get_batch_cursor(i_batch_id, i_cursor_name, i_quick_limit): the same without a condition.
create or replace function pgq.get_batch_cursor(
    in i_batch_id bigint, in i_cursor_name text, in i_quick_limit integer,
    out ev_id bigint, out ev_time timestamptz, out ev_txid bigint, out ev_retry integer,
    out ev_type text, out ev_data text, out ev_extra1 text, out ev_extra2 text, out ev_extra3 text, out ev_extra4 text)
returns setof record as $$
    select * from pgq.get_batch_cursor($1, $2, $3, null);
$$ language sql strict;
