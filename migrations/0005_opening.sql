-- From when the calls of a campaign are open (epoch seconds): before them goes a mail or a package.
ALTER TABLE campaign ADD COLUMN opens_at bigint NOT NULL DEFAULT 0;
