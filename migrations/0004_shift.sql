-- A whole shift: what people promise, who may be called next in a company, inquiries, meetings, and word to a seat.
-- Additive: a floor that is at work keeps everything it has.

-- people ---------------------------------------------------------------------------------------------------------
ALTER TABLE person ADD COLUMN weekdays text NOT NULL DEFAULT '0 1 2 3 4';
ALTER TABLE person ADD COLUMN shift_start text NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN shift_end text NOT NULL DEFAULT '';
ALTER TABLE seat ADD COLUMN armed text NOT NULL DEFAULT '';
ALTER TABLE seat ADD COLUMN barred_until bigint;
ALTER TABLE script ADD COLUMN written_at bigint NOT NULL DEFAULT 0;
CREATE TABLE day_off (person_id bigint NOT NULL, day text NOT NULL, PRIMARY KEY (person_id, day));
CREATE TABLE notice (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    person_id bigint NOT NULL,
    sender_id bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    at bigint NOT NULL,
    ends_at bigint NOT NULL,
    seen_at bigint
);
CREATE INDEX notice_unseen ON notice (person_id, id) WHERE seen_at IS NULL;
CREATE TABLE andon (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    person_id bigint NOT NULL,
    code text NOT NULL,
    station text NOT NULL,
    campaign_id bigint,
    lead_id bigint,
    raised_at bigint NOT NULL,
    cleared_at bigint,
    cleared_by bigint
);
CREATE INDEX andon_open ON andon (raised_at) WHERE cleared_at IS NULL;
CREATE TABLE look (
    whom bigint NOT NULL,
    at bigint NOT NULL,
    person_id bigint NOT NULL,
    what text NOT NULL,
    PRIMARY KEY (whom, at, person_id, what)
);

-- when its coordinators were told that a campaign has run dry
ALTER TABLE campaign ADD COLUMN dry_told_at bigint;

-- accounts: one contact at a time ----------------------------------------------------------------------------------
ALTER TABLE account ADD COLUMN contacted_lead bigint;
ALTER TABLE account ADD COLUMN rests_until bigint;
ALTER TABLE account ADD COLUMN sdr_id bigint;
ALTER TABLE account ADD COLUMN sdr_until bigint;
ALTER TABLE ticket ADD COLUMN owner_until bigint;
-- A ticket that is kept for one person stands in no lane's head: nobody else looks at it.
DROP INDEX ticket_ready;
CREATE INDEX ticket_ready ON ticket (lane_id, rank, id) WHERE state = 'ready' AND lane_id IS NOT NULL AND owner_id IS NULL;
CREATE INDEX ticket_owned ON ticket (owner_id, rank, id) WHERE state = 'ready' AND owner_id IS NOT NULL;
CREATE INDEX ticket_owned_until ON ticket (owner_until) WHERE owner_until IS NOT NULL;
-- The company of a call, where it is known: one call at a time in each.
ALTER TABLE hold ADD COLUMN account_id bigint;
CREATE UNIQUE INDEX hold_of_account ON hold (account_id) WHERE account_id IS NOT NULL;

-- inquiries --------------------------------------------------------------------------------------------------------
-- An inquiry: `event_id` is of its arrival. `callable_at` is when the law first allows the call they asked for.
CREATE TABLE inbound (
    event_id bigint PRIMARY KEY,
    ticket_id bigint NOT NULL,
    lead_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    station text NOT NULL,
    source text NOT NULL,
    arrived_at bigint NOT NULL,
    callable_at bigint NOT NULL,
    taken_at bigint,
    taken_by bigint,
    dialed_at bigint
);
CREATE INDEX inbound_waiting ON inbound (station, callable_at) WHERE taken_at IS NULL;
CREATE INDEX inbound_of_ticket ON inbound (ticket_id, event_id);
CREATE INDEX inbound_arrived ON inbound (arrived_at);

-- meetings ---------------------------------------------------------------------------------------------------------
CREATE TABLE executive_hours (
    person_id bigint PRIMARY KEY,
    weekdays text NOT NULL,
    starts text NOT NULL,
    ends text NOT NULL,
    minutes integer NOT NULL,
    most_a_day integer NOT NULL,
    email text NOT NULL
);
CREATE TABLE meeting (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    lead_id bigint NOT NULL,
    account_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    stratum_id bigint,
    ticket_id bigint NOT NULL,
    executive_id bigint NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    zone text NOT NULL,
    state text NOT NULL,
    booked_by bigint NOT NULL,
    booked_at bigint NOT NULL,
    uid text NOT NULL UNIQUE,
    sequence integer NOT NULL,
    invite text NOT NULL,
    invited_at bigint,
    marked_by bigint,
    marked_at bigint,
    marked_event bigint,
    event_id bigint NOT NULL,
    moved_event bigint,
    reason text NOT NULL,
    rebooks integer NOT NULL
);
CREATE INDEX meeting_of_executive ON meeting (executive_id, starts_at);
CREATE INDEX meeting_time ON meeting (starts_at);
CREATE INDEX meeting_open ON meeting (starts_at) WHERE state = 'booked';
CREATE INDEX meeting_booked ON meeting (booked_at);
CREATE INDEX meeting_of_lead ON meeting (lead_id);
-- A row is an executive's half hour that is taken: kept for three minutes while somebody talks, or for a meeting.
CREATE TABLE slot (
    executive_id bigint NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    person_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    token text NOT NULL,
    kept_until bigint,
    meeting_id bigint,
    PRIMARY KEY (executive_id, starts_at)
);
CREATE INDEX slot_of_ticket ON slot (ticket_id);

-- what calls taught ------------------------------------------------------------------------------------------------
ALTER TABLE contact ADD COLUMN confirmed_region text;
-- What one outcome taught of a lead; the newest of a name counts, so that undo just takes its own away.
CREATE TABLE lead_fact (
    lead_id bigint NOT NULL,
    name text NOT NULL,
    event_id bigint NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (lead_id, name, event_id)
);
CREATE INDEX lead_fact_value ON lead_fact (name, value);
-- A defect has the id of the event that found it, and names the event that settled it.
CREATE TABLE defect (
    id bigint PRIMARY KEY,
    lead_id bigint NOT NULL,
    list_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    what text NOT NULL,
    found_at bigint NOT NULL,
    state text NOT NULL,
    settled_by bigint
);
CREATE INDEX defect_of_list ON defect (list_id, lead_id);
CREATE INDEX defect_of_lead ON defect (lead_id);
CREATE INDEX defect_open ON defect (id) WHERE state = 'open';

-- how far a campaign has come: its people and companies as they are put in, and those who were tried ------------------
CREATE TABLE campaign_band (
    campaign_id bigint NOT NULL,
    band text NOT NULL,
    leads bigint NOT NULL,
    PRIMARY KEY (campaign_id, band)
);
CREATE TABLE campaign_account (
    campaign_id bigint NOT NULL,
    account_id bigint NOT NULL,
    leads bigint NOT NULL,
    PRIMARY KEY (campaign_id, account_id)
) WITHOUT ROWID; -- sqlite
); -- postgres
CREATE TABLE reach (
    campaign_id bigint NOT NULL,
    lead_id bigint NOT NULL,
    account_id bigint NOT NULL,
    list_id bigint NOT NULL,
    band text NOT NULL,
    tried bigint NOT NULL,
    reached bigint NOT NULL,
    conversed bigint NOT NULL,
    PRIMARY KEY (campaign_id, lead_id)
) WITHOUT ROWID; -- sqlite
); -- postgres
-- The column that is asked for is the last of each: else SQLite looks every row up.
CREATE INDEX reach_of_list ON reach (list_id, lead_id, tried) WHERE tried > 0;
CREATE INDEX reach_tried ON reach (campaign_id, band, tried) WHERE tried > 0;
CREATE INDEX reach_reached ON reach (campaign_id, band, reached) WHERE reached > 0;
CREATE INDEX reach_conversed ON reach (campaign_id, account_id, conversed) WHERE conversed > 0;
INSERT INTO campaign_band SELECT t.campaign_id, k.seniority, count(*) FROM ticket t JOIN lead l ON l.id = t.lead_id
    JOIN contact k ON k.id = l.contact_id WHERE t.stratum_id IS NOT NULL GROUP BY t.campaign_id, k.seniority;
INSERT INTO campaign_account SELECT t.campaign_id, l.account_id, count(*) FROM ticket t JOIN lead l ON l.id = t.lead_id
    WHERE t.stratum_id IS NOT NULL GROUP BY t.campaign_id, l.account_id;
-- A flag stands in an event's data as a word of its own; an answer of the same name stands after a colon.
INSERT INTO reach SELECT e.campaign_id, e.lead_id, l.account_id, l.list_id, k.seniority,
    max(CASE WHEN e.kind <> 'undone' AND e.data LIKE '%"dials":%' AND e.data NOT LIKE '%"dials":0%' THEN 1 ELSE 0 END),
    sum(CASE WHEN e.data LIKE '%,"right_party"%' OR e.data LIKE '%["right_party"%' THEN CASE e.kind WHEN 'undone' THEN -1 ELSE 1 END ELSE 0 END),
    sum(CASE WHEN e.data LIKE '%"conversation"%' THEN CASE e.kind WHEN 'undone' THEN -1 ELSE 1 END ELSE 0 END)
    FROM event e JOIN lead l ON l.id = e.lead_id JOIN contact k ON k.id = l.contact_id
    WHERE e.kind IN ('recorded', 'opted_out', 'undone') AND e.campaign_id IS NOT NULL
    GROUP BY e.campaign_id, e.lead_id, l.account_id, l.list_id, k.seniority;

-- what a person gave back or looked up within the hour
CREATE INDEX event_given_back ON event (person_id, id) WHERE kind IN ('returned', 'skipped', 'expired', 'looked_up');
