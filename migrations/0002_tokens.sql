-- Keys to the server: a token is shown once and kept as its SHA-256 only.
CREATE TABLE token (
    id integer PRIMARY KEY, -- sqlite
    id bigint PRIMARY KEY, -- postgres
    person_id bigint NOT NULL,
    digest text NOT NULL,
    roles text NOT NULL,
    label text NOT NULL,
    issued_at bigint NOT NULL,
    issued_by bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint,
    last_used_at bigint
);
CREATE INDEX token_of_person ON token (person_id);
