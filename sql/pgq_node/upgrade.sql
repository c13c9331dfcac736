select pgq_node.upgrade_schema();
