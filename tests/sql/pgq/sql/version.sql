select pgq.version();
