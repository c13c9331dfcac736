select londiste.upgrade_schema();
