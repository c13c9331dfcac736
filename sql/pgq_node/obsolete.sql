-- Functions of older releases that "create or replace" cannot turn into today's, because their result has other columns. Re-runnable.
do $$
begin
    if exists (select 1 from pg_catalog.pg_proc
               where oid = to_regprocedure('pgq_node.get_node_info(text)') and not 'target_for' = any (proargnames)) then
        drop function pgq_node.get_node_info(text);
    end if;
end;
$$;
