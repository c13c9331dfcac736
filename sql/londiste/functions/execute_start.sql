-- londiste.execute_start(i_queue_name, i_file_name, i_sql, i_expect_root, i_attrs): notes that a script is being executed.
-- 200 Executing: f; 201 EXECUTE: "f" already applied, skipping; 401 Node is not root node: q.
create or replace function londiste.execute_start(
    in i_queue_name text, in i_file_name text, in i_sql text, in i_expect_root boolean, in i_attrs text,
    out ret_code int4, out ret_note text)
as $$
declare
    is_root boolean;
begin
    is_root := pgq_node.is_root_node(i_queue_name);
    if i_expect_root and not is_root then
        select 401, 'Node is not root node: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.applied_execute (queue_name, execute_file, execute_sql, execute_attrs)
        values (i_queue_name, i_file_name, i_sql, i_attrs)
        on conflict on constraint applied_execute_pkey do nothing;
    if not found then
        select 201, 'EXECUTE: "' || i_file_name || '" already applied, skipping' into ret_code, ret_note;
        return;
    end if;
    if is_root then
        perform londiste.check_partitions(i_queue_name);
    end if;
    select 200, 'Executing: ' || i_file_name into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;

-- The same without attributes.
create or replace function londiste.execute_start(
    in i_queue_name text, in i_file_name text, in i_sql text, in i_expect_root boolean,
    out ret_code int4, out ret_note text)
as $$
    select f.ret_code, f.ret_note from londiste.execute_start($1, $2, $3, $4, null) f;
$$ language sql set search_path = pg_catalog, pg_temp;
