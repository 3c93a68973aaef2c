-- Seals: a keyed hash chain over batches of events (see salesdesk/line/seals.py). The key is never in this database.
CREATE TABLE seal (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    previous text NOT NULL,
    mac text NOT NULL,
    events bigint NOT NULL,
    total bigint NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL,
    reach bigint NOT NULL,
    at bigint NOT NULL,
    key_id text NOT NULL
);
-- Which events are sealed: whatever is missing here is not, also when it was committed after events of higher ids.
CREATE TABLE sealed_event (
    event_id bigint PRIMARY KEY,
    seal_id bigint NOT NULL,
    mark text NOT NULL
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TRIGGER seal_is_never_changed BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END; -- sqlite
CREATE TRIGGER seal_is_never_deleted BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END; -- sqlite
CREATE TRIGGER sealed_event_is_never_changed BEFORE UPDATE ON sealed_event BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END; -- sqlite
CREATE TRIGGER sealed_event_is_never_deleted BEFORE DELETE ON sealed_event BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END; -- sqlite
CREATE FUNCTION seals_are_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''seals are append-only''; END'; -- postgres
CREATE TRIGGER seal_is_never_changed BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION seals_are_append_only(); -- postgres
CREATE TRIGGER sealed_event_is_never_changed BEFORE UPDATE OR DELETE ON sealed_event FOR EACH ROW EXECUTE FUNCTION seals_are_append_only(); -- postgres
