-- What pg_dump has to take along of the extension.
select pg_catalog.pg_extension_config_dump('pgq_node.node_location', '');
select pg_catalog.pg_extension_config_dump('pgq_node.node_info', '');
select pg_catalog.pg_extension_config_dump('pgq_node.local_state', '');
select pg_catalog.pg_extension_config_dump('pgq_node.subscriber_info', '');
select pg_catalog.pg_extension_config_dump('pgq_node.position_proof', '');
