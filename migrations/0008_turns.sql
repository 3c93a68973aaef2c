-- How turns in campaigns were changed today is found among a day's events without looking at each.
CREATE INDEX event_of_turns ON event (id) WHERE kind IN ('assigned', 'moved', 'move_undone');
