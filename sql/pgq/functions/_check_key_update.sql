-- pgq._check_key_update(queue, tbl, col, has_extra3): refuses an UPDATE of a row's key where it cannot be told to subscribers.
--
-- tbl is schema and table; col the first key column that changed; has_extra3: the trigger has an argument ev_extra3=. The event names the row by its old
-- key, and has the new one. But not what else follows from the key: a hash in ev_extra3 says which subscriber gets the new row, and the one that has the
-- old row would keep it.
-- Errors: primary key update not allowed; No such queue. Called by: _trigger_event.
create or replace function pgq._check_key_update(queue text, tbl text[], col text, has_extra3 boolean)
returns void as $$
declare
    setting text;
    cure    text;
begin
    select s.setting_value into setting
        from pgq.queue q left join pgq.queue_setting s on s.setting_queue = q.queue_id and s.setting_name = 'key_update'
        where q.queue_name = queue;
    if not found then
        raise exception 'No such queue';
    elsif setting is distinct from 'replicate' then
        cure := 'Delete the row and insert it under its new key, or set the queue''s key_update to replicate.';
    elsif has_extra3 then
        cure := 'Delete the row and insert it under its new key: the table''s trigger has an argument ev_extra3=.';
    else
        return;
    end if;
    raise exception 'primary key update not allowed' using
        detail = pg_catalog.format('Column "%s" of table "%s.%s" is part of the key.', col, tbl[1], tbl[2]),
        hint = cure;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
