"""The only place with SQL: engines, the schema, and one module of statements per family of tables."""
