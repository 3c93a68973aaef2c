-- How turns in campaigns were changed today is found among a day's events without looking at each.
CREATE INDEX event_of_turns ON event (id) WHERE kind IN ('assigned', 'moved', 'move_undone');
-- A missed meeting that is kept for nobody is anyone's: a claim sees at once whether there is one.
CREATE INDEX ticket_missed ON ticket (station, rank, id) WHERE state = 'ready' AND owner_id IS NULL AND kind = 'rebook';
