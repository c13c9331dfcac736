select pgq.upgrade_schema();
