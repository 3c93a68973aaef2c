-- One schema for SQLite and PostgreSQL. A line that ends in "-- sqlite" or "-- postgres" is for that engine only.
-- WITHOUT ROWID: the table is its own index, so that a write touches a page less.
-- Times are epoch seconds (bigint) from the application's clock; flags are 0/1; JSON is stored whole and parsed in Python.

CREATE TABLE floor (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE counter (name text PRIMARY KEY, n bigint NOT NULL);

-- people ---------------------------------------------------------------------------------------------------------
CREATE TABLE person (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    name text NOT NULL UNIQUE,
    roles text NOT NULL,
    team text NOT NULL,
    zone text NOT NULL,
    simulated integer NOT NULL,
    active integer NOT NULL
);
CREATE TABLE seat (
    person_id bigint PRIMARY KEY,
    station text NOT NULL,
    token text NOT NULL,
    state text NOT NULL,
    code text NOT NULL,
    since bigint NOT NULL,
    campaign_id bigint,
    boot text NOT NULL,
    beat bigint NOT NULL
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE seat_time (
    day text NOT NULL,
    person_id bigint NOT NULL,
    state text NOT NULL,
    code text NOT NULL,
    seconds bigint NOT NULL,
    PRIMARY KEY (day, person_id, state, code)
) WITHOUT ROWID; -- sqlite
); -- postgres

-- the house list -------------------------------------------------------------------------------------------------
CREATE TABLE account (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    name text NOT NULL,
    name_key text NOT NULL,
    employees bigint
);
CREATE INDEX account_name ON account (name_key);
CREATE TABLE contact (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    account_id bigint NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    title text NOT NULL,
    seniority text NOT NULL,
    email text,
    email_mark text,
    city text NOT NULL,
    region text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    zones text NOT NULL,
    regions text NOT NULL,
    confirmed_zone text,
    external_id text NOT NULL,
    do_not_email integer NOT NULL,
    notes text NOT NULL
);
CREATE INDEX contact_email ON contact (email_mark) WHERE email_mark IS NOT NULL;
CREATE INDEX contact_account ON contact (account_id);
CREATE TABLE phone (
    contact_id bigint NOT NULL,
    position integer NOT NULL,
    e164 text NOT NULL,
    extension text NOT NULL,
    mark text NOT NULL,
    zones text NOT NULL,
    regions text NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (contact_id, position)
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE INDEX phone_mark ON phone (mark);
CREATE TABLE lead_list (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    name text NOT NULL,
    supplier text NOT NULL,
    purpose text NOT NULL,
    imported_at bigint NOT NULL,
    imported_by bigint NOT NULL,
    rows_read bigint NOT NULL,
    leads bigint NOT NULL,
    duplicates bigint NOT NULL,
    rejects bigint NOT NULL
);
CREATE TABLE lead (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    contact_id bigint NOT NULL UNIQUE,
    account_id bigint NOT NULL,
    list_id bigint NOT NULL,
    source text NOT NULL,
    introduced_at bigint NOT NULL,
    rests_until bigint
);
CREATE INDEX lead_by_list ON lead (list_id, id);
CREATE TABLE reject (
    list_id bigint NOT NULL,
    row_number bigint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (list_id, row_number)
);
CREATE TABLE exclusion (purpose text NOT NULL, mark text NOT NULL, list_id bigint NOT NULL, PRIMARY KEY (purpose, mark));
CREATE TABLE suppression (
    scope text NOT NULL,
    mark text NOT NULL,
    reason text NOT NULL,
    since bigint NOT NULL,
    person_id bigint NOT NULL,
    PRIMARY KEY (mark, scope)
) WITHOUT ROWID; -- sqlite
); -- postgres

-- campaigns and batches ------------------------------------------------------------------------------------------
CREATE TABLE campaign (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    name text NOT NULL UNIQUE,
    map_id text NOT NULL,
    map_version integer NOT NULL,
    station text NOT NULL,
    live integer NOT NULL,
    concept text NOT NULL,
    daily_target integer NOT NULL,
    released bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE script (
    campaign_id bigint NOT NULL,
    variant text NOT NULL,
    version integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (campaign_id, variant, version)
);
CREATE TABLE assignment (
    person_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    turn integer NOT NULL,
    PRIMARY KEY (person_id, campaign_id)
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE batch (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    campaign_id bigint NOT NULL,
    state text NOT NULL,
    query text NOT NULL,
    quantity bigint NOT NULL,
    released bigint NOT NULL,
    seed text NOT NULL,
    findings text NOT NULL,
    created_at bigint NOT NULL,
    checked_at bigint,
    released_at bigint,
    approved_by bigint
);
CREATE TABLE stratum (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    campaign_id bigint NOT NULL,
    label text NOT NULL,
    size bigint NOT NULL,
    UNIQUE (campaign_id, label)
);

-- windows and lanes: when a lead may be called, as rows that open and close ----------------------------------------
CREATE TABLE call_window (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    key text NOT NULL UNIQUE,
    place text NOT NULL,
    opens_at bigint NOT NULL,
    closes_at bigint NOT NULL,
    known_until bigint NOT NULL
);
CREATE INDEX call_window_closes ON call_window (closes_at);
CREATE TABLE window_span (
    window_id bigint NOT NULL,
    opens_at bigint NOT NULL,
    closes_at bigint NOT NULL,
    PRIMARY KEY (window_id, opens_at)
);
CREATE TABLE lane (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    stratum_id bigint NOT NULL,
    window_id bigint NOT NULL,
    UNIQUE (stratum_id, window_id)
);

-- tickets, holds, promises ---------------------------------------------------------------------------------------
CREATE TABLE ticket (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    lead_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    station text NOT NULL,
    kind text NOT NULL,
    batch_id bigint,
    stratum_id bigint,
    lane_id bigint,
    state text NOT NULL,
    rank bigint NOT NULL,
    due_at bigint,
    sleeps_again_at bigint,
    owner_id bigint,
    credit_id bigint,
    attempts integer NOT NULL,
    dealt integer NOT NULL,
    dayparts text NOT NULL,
    variant text NOT NULL,
    entered_at bigint NOT NULL,
    UNIQUE (lead_id, campaign_id, station)
);
CREATE INDEX ticket_ready ON ticket (lane_id, rank, id) WHERE state = 'ready' AND lane_id IS NOT NULL;
CREATE INDEX ticket_due ON ticket (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ticket_station ON ticket (station, rank, id) WHERE state = 'ready' AND lane_id IS NULL;
CREATE INDEX ticket_of_batch ON ticket (batch_id, id);
CREATE TABLE hold (
    lead_id bigint PRIMARY KEY,
    number text NOT NULL UNIQUE,
    ticket_id bigint NOT NULL,
    person_id bigint NOT NULL UNIQUE,
    token text NOT NULL,
    boot text NOT NULL,
    beat bigint NOT NULL,
    taken_at bigint NOT NULL,
    reason text NOT NULL,
    first_deal integer NOT NULL,
    prior_rank bigint NOT NULL,
    position integer NOT NULL,
    dials integer NOT NULL,
    dialed_at bigint,
    answered_at bigint,
    void text NOT NULL
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE dealt (
    person_id bigint NOT NULL,
    stratum_id bigint NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (person_id, stratum_id)
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE promise (
    ticket_id bigint PRIMARY KEY,
    person_id bigint NOT NULL,
    promised_at bigint NOT NULL,
    due_at bigint NOT NULL,
    zone text NOT NULL,
    tries integer NOT NULL,
    made_at bigint NOT NULL
);
CREATE INDEX promise_due ON promise (person_id, due_at);
CREATE INDEX promise_time ON promise (due_at);

-- facts ----------------------------------------------------------------------------------------------------------
CREATE TABLE event (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    at bigint NOT NULL,
    day text NOT NULL,
    kind text NOT NULL,
    person_id bigint NOT NULL,
    lead_id bigint,
    ticket_id bigint,
    campaign_id bigint,
    station text NOT NULL,
    outcome text NOT NULL,
    map_version integer NOT NULL,
    data text NOT NULL
);
CREATE INDEX event_of_lead ON event (lead_id, id) WHERE lead_id IS NOT NULL;
CREATE INDEX result_of_person ON event (person_id, id)
    WHERE kind IN ('recorded', 'opted_out', 'undone', 'skipped', 'signed_in');
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END; -- sqlite
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END; -- sqlite
CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''events are append-only''; END'; -- postgres
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION events_are_append_only(); -- postgres
CREATE SEQUENCE event_id MINVALUE 0; -- postgres
-- Ids rise with the seconds (:floor) and with every call. Whoever finds a new second begun moves the sequence on; those
-- who find it at the same moment take their places below the first of the others.
CREATE FUNCTION next_event_id(lowest bigint) RETURNS bigint LANGUAGE plpgsql AS ' -- postgres
DECLARE id bigint = nextval(''event_id''); -- postgres
BEGIN -- postgres
    IF id < lowest THEN -- postgres
        PERFORM setval(''event_id'', lowest + 1000) FROM event_id WHERE last_value < lowest; -- postgres
        id = lowest + id % 1000; -- postgres
    END IF; -- postgres
    RETURN id; -- postgres
END'; -- postgres
CREATE TABLE answer (
    event_id bigint PRIMARY KEY,
    lead_id bigint NOT NULL,
    data text NOT NULL
);
CREATE TABLE rollup (
    day text NOT NULL,
    person_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    station text NOT NULL,
    outcome text NOT NULL,
    map_version integer NOT NULL,
    n bigint NOT NULL,
    talk_seconds bigint NOT NULL,
    wrap_seconds bigint NOT NULL,
    PRIMARY KEY (day, person_id, campaign_id, station, outcome, map_version)
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE receipt (
    key text PRIMARY KEY,
    operation text NOT NULL,
    person_id bigint NOT NULL,
    asked text NOT NULL,
    reply text NOT NULL,
    at bigint NOT NULL
) WITHOUT ROWID; -- sqlite
); -- postgres

-- PostgreSQL: rows that change all day find room on their own page, and their old versions are taken away soon.
ALTER TABLE ticket SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0); -- postgres
ALTER TABLE hold SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0); -- postgres
ALTER TABLE seat SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0); -- postgres
ALTER TABLE person SET (fillfactor = 50); -- postgres
ALTER TABLE counter SET (fillfactor = 50); -- postgres
ALTER TABLE rollup SET (fillfactor = 80); -- postgres
ALTER TABLE dealt SET (fillfactor = 80); -- postgres
