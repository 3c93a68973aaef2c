-- How many rows the file of a list has: fewer were read when its import was stopped. 0 when nobody noted it.
ALTER TABLE lead_list ADD COLUMN rows_due bigint NOT NULL DEFAULT 0;
