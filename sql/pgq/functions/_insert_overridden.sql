-- ----------------------------------------------------------------------
-- pgq._insert_overridden(queue, exprs, vals, ev_type, ev_data, ev_extra1 .. ev_extra4)
--
--     Inserts the event of a trigger that has expressions: their values take
--     the place of the fields, and when= decides whether there is an event.
--
-- Parameters:
--     exprs  - the expressions; see pgq._trigger_context
--     vals   - their values, from pgq._trigger_overrides
--     ...    - queue, and the fields without the expressions
-- Result:
--     id of the event, NULL when there is none
-- Called by:
--     the change-capture triggers
-- Note:
--     Has no search_path of its own: one that took the place of pgq.insert_event keeps the writer's.
-- ----------------------------------------------------------------------
create or replace function pgq._insert_overridden(
    queue text, exprs text[], vals text[], ev_type text, ev_data text,
    ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
returns bigint
language plpgsql
as $$
begin
    if vals[7] operator(pg_catalog.=) 'f' then
        return null;
    end if;
    return pgq.insert_event(queue,
        case when exprs[1] is null then ev_type else vals[1] end,
        case when exprs[2] is null then ev_data else vals[2] end,
        case when exprs[3] is null then ev_extra1 else vals[3] end,
        case when exprs[4] is null then ev_extra2 else vals[4] end,
        case when exprs[5] is null then ev_extra3 else vals[5] end,
        case when exprs[6] is null then ev_extra4 else vals[6] end);
end;
$$;
