-- londiste.set_session_replication_role(val, is_local): lets workers that are not superusers apply in role replica. val: origin, replica, local.
-- SET rather than set_config would be undone by the function's own search_path setting; set_config keeps what it sets.
create or replace function londiste.set_session_replication_role(val text, is_local boolean)
returns void as $$
begin
    if val is null or val not in ('origin', 'replica', 'local') then
        raise exception 'bad value for session_replication_role: %', coalesce(val, 'NULL');
    end if;
    perform pg_catalog.set_config('session_replication_role', val, is_local);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
