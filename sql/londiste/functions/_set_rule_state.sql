-- londiste._set_rule_state(i_kind, i_fq_table, i_name, i_state): enables or disables a trigger or a rule like its model; i_kind trigger or rule,
-- i_fq_table quoted, i_state as in pg_trigger.tgenabled and pg_rewrite.ev_enabled. Called by: create_partition.
create or replace function londiste._set_rule_state(i_kind text, i_fq_table text, i_name text, i_state "char")
returns void as $$
begin
    if i_state <> 'O' then
        execute format('alter table %s %s %s %I', i_fq_table,
            case i_state when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end,
            i_kind, i_name);
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
