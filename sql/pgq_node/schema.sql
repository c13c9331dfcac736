create schema if not exists pgq_node;
