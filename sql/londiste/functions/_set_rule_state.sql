-- londiste._set_rule_state(i_kind, i_fq_table, i_name, i_state): enables or disables a trigger or rule like its model (pg_trigger.tgenabled, pg_rewrite.ev_enabled).
create or replace function londiste._set_rule_state(i_kind text, i_fq_table text, i_name text, i_state "char")
returns void as $$
begin
    if i_state = 'O' then
        return;
    end if;
    execute 'alter table ' || i_fq_table || ' '
        || case i_state when 'D' then 'disable ' when 'R' then 'enable replica ' else 'enable always ' end
        || i_kind || ' ' || quote_ident(i_name);
end;
$$ language plpgsql;
