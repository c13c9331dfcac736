-- londiste.set_ddl(i_queue_name, i_mode, i_options): sets on the root, and through the queue on all other nodes, what becomes of changes of structure; see table ddl_setting.
-- i_mode NULL: as it was. i_options: those that change; the others are as they were, at first {"unsafe": "refuse"}.
-- 200 Changes of structure: m; 401 Node is not root node: q; 403 event triggers are missing that only a superuser may create: nothing is changed then.
-- Nodes of releases without local_set_ddl pass it over. Called by: command ddl.
create or replace function londiste.set_ddl(
    in i_queue_name text, in i_mode text, in i_options jsonb,
    out ret_code int4, out ret_note text)
as $$
declare
    setting     record;
    triggers    record;
    file        text := 'set_ddl.' || londiste._script_stamp();
    script      text;
begin
    if not pgq_node.is_root_node(i_queue_name) then
        select 401, 'Node is not root node: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    select coalesce(i_mode, max(d.mode), 'check') as mode, coalesce(pg_catalog.jsonb_agg(d.options) -> 0, '{"unsafe": "refuse"}') || coalesce(i_options, '{}') as options
        into setting
        from londiste.ddl_setting d
        where d.queue_name = i_queue_name;
    if setting.mode = 'replicate' then
        select * into triggers from londiste.create_ddl_triggers();
        if triggers.ret_code >= 400 then
            ret_code := triggers.ret_code;
            ret_note := triggers.ret_note || ', and changes of structure can only be published by them: connect as one, or have one run "select * from londiste.create_ddl_triggers()" here';
            return;
        end if;
    end if;
    select l.ret_code, l.ret_note into ret_code, ret_note from londiste.local_set_ddl(i_queue_name, setting.mode, setting.options) l;
    if ret_code < 300 then
        script := pg_catalog.format('select * from londiste.local_set_ddl(%L, %L, %L);', i_queue_name, setting.mode, setting.options);
        perform pgq.insert_event(i_queue_name, 'EXECUTE', script, file, 'need-function=' || pgq._urlencode('londiste.local_set_ddl(3)'), null, null);
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
