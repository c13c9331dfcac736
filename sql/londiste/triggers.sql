do $$
begin
    if not exists (select 1 from pg_catalog.pg_trigger
                   where tgrelid = 'londiste.table_info'::pg_catalog.regclass and tgname = 'table_info_trigger_sync') then
        create trigger table_info_trigger_sync before delete on londiste.table_info
            for each row execute function londiste.table_info_trigger();
    end if;
end;
$$;

do $$
begin
    if not exists (select 1 from pg_catalog.pg_trigger
                   where tgrelid = 'londiste.ddl_setting'::pg_catalog.regclass and tgname = 'ddl_setting_trigger_sync') then
        create trigger ddl_setting_trigger_sync after delete on londiste.ddl_setting
            for each row when (OLD.mode = 'replicate') execute function londiste.ddl_setting_trigger();
    end if;
end;
$$;
