-- Re-runnable; after upgrade_schema, which adds the columns.

-- Whose table is that, among thousands: _coordinate_copy, get_valid_pending_fkeys.
create index if not exists table_info_dest_idx on londiste.table_info ((coalesce(dest_table, table_name)));
