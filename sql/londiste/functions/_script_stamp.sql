-- londiste._script_stamp(): of the transaction, for the names of scripts that it publishes: time (UTC) and number. A name that a node has seen is passed over there, so it must
-- not come twice: numbers do on a server that was restored. Called by: _publish_script, set_ddl.
create or replace function londiste._script_stamp()
returns text as $$
    select to_char(now() at time zone 'UTC', 'YYYYMMDD"T"HH24MISSUS') || '.' || txid_current();
$$ language sql set search_path = pg_catalog, pg_temp;
