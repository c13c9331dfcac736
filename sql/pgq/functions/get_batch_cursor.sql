-- pgq.get_batch_cursor(i_batch_id, i_cursor_name, i_quick_limit, i_extra_where): opens a NO SCROLL cursor on the events of a batch in the caller's transaction
-- and returns the first i_quick_limit of them. The caller goes on with FETCH and CLOSE. i_extra_where: SQL condition on the ten columns.
-- A NULL among the first three: nothing happens.
-- Has no search_path of its own, so that the condition keeps the caller's: every name and operator is qualified.
create or replace function pgq.get_batch_cursor(
    in i_batch_id bigint, in i_cursor_name text, in i_quick_limit integer, in i_extra_where text,
    out ev_id bigint, out ev_time timestamptz, out ev_txid bigint, out ev_retry integer,
    out ev_type text, out ev_data text, out ev_extra1 text, out ev_extra2 text, out ev_extra3 text, out ev_extra4 text)
returns setof record as $$
declare
    cname   pg_catalog.text := pg_catalog.quote_ident(i_cursor_name);
    sql     pg_catalog.text;
begin
    if i_batch_id is null or i_cursor_name is null or i_quick_limit is null then
        return;
    end if;
    sql := pgq.batch_event_sql(i_batch_id);
    if i_extra_where is not null then
        sql := pg_catalog.format('select * from (%s) _evs where %s order by 1', pg_catalog.regexp_replace(sql, ' order by 1$', ''), i_extra_where);
    end if;
    execute pg_catalog.format('declare %s no scroll cursor for %s', cname, sql);
    if i_quick_limit operator(pg_catalog.>) 0 then
        return query execute pg_catalog.format('fetch %s from %s', i_quick_limit, cname);
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
$$ language sql strict set search_path = pg_catalog, pg_temp;
