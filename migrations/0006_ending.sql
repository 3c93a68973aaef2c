-- The last day of the floor on which a campaign's leads are called by our own choice; '' once its end share is reached.
ALTER TABLE campaign ADD COLUMN last_day text NOT NULL DEFAULT '9999-12-31';
UPDATE campaign SET last_day = json_extract(concept, '$.ends_on') WHERE json_extract(concept, '$.ends_on') <> ''; -- sqlite
UPDATE campaign SET last_day = CAST(concept AS json)->>'ends_on' WHERE CAST(concept AS json)->>'ends_on' <> ''; -- postgres
