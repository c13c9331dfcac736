-- pgq._check_transaction(i_what): refuses to go on in a transaction that may not write, or that reads everything with one snapshot, and says which setting makes
-- it so. i_what: what was to be done, for the message. Called by: functions that must see what others have committed after they have waited for a lock.
-- Errors: cannot % in a read-only transaction (25006); cannot % in a % transaction (55000).
create or replace function pgq._check_transaction(i_what text)
returns void as $$
declare
    level   text := current_setting('transaction_isolation');
begin
    if current_setting('transaction_read_only')::boolean then
        raise exception 'cannot % in a read-only transaction', i_what
            using errcode = 'read_only_sql_transaction',
            hint = case when pg_is_in_recovery() then 'This server is a standby.'
                        when current_setting('default_transaction_read_only')::boolean
                            then 'default_transaction_read_only is on: turn it off for this session, database or role, or begin the transaction READ WRITE.'
                        else 'Begin the transaction READ WRITE.' end;
    end if;
    if level not in ('read committed', 'read uncommitted') then
        raise exception 'cannot % in a % transaction', i_what, level
            using errcode = 'object_not_in_prerequisite_state',
            hint = case when current_setting('default_transaction_isolation') = level
                            then format('default_transaction_isolation is "%s": set it to "read committed" for this session, database or role, or begin the transaction'
                                        ' ISOLATION LEVEL READ COMMITTED.', level)
                        else 'Begin the transaction ISOLATION LEVEL READ COMMITTED.' end;
    end if;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
