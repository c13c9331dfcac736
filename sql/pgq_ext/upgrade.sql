select pgq_ext.upgrade_schema();
