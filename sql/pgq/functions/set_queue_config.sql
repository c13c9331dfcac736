-- pgq.set_queue_config(x_queue_name, x_param_name, x_param_value): changes one setting of a queue. Returns 1.
-- Settings: ticker_max_count, ticker_max_lag, ticker_idle_period, ticker_paused, rotation_period, external_ticker, key_update (refuse, replicate; NULL: refuse).
create or replace function pgq.set_queue_config(x_queue_name text, x_param_name text, x_param_value text)
returns integer as $$
declare
    id  integer;
begin
    if x_queue_name is null or x_param_name is null then
        raise exception 'Invalid NULL value';
    end if;
    select queue_id into id from pgq.queue where queue_name = x_queue_name for no key update;
    if not found then
        raise exception 'No such event queue';
    end if;
    if x_param_name not in ('ticker_max_count', 'ticker_max_lag', 'ticker_idle_period', 'ticker_paused', 'rotation_period', 'external_ticker',
                            'key_update') then
        raise exception 'cannot change parameter "%"', x_param_name;
    end if;
    if x_param_name = 'key_update' and x_param_value not in ('refuse', 'replicate') then
        raise exception 'invalid value for parameter "key_update": "%"', x_param_value using hint = 'It is refuse or replicate.';
    end if;
    if x_param_name = 'key_update' then
        delete from pgq.queue_setting where setting_queue = id and setting_name = x_param_name and x_param_value is null;
        insert into pgq.queue_setting select id, x_param_name, x_param_value where x_param_value is not null
            on conflict on constraint queue_setting_pkey do update set setting_value = excluded.setting_value;
        return 1;
    end if;
    execute 'update pgq.queue set queue_' || x_param_name || ' = ' || quote_nullable(x_param_value)
        || ' where queue_name = ' || quote_literal(x_queue_name);
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
