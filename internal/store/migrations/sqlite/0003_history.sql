-- +goose Up
CREATE TABLE idempotency (
    person      text      NOT NULL,
    key         text      NOT NULL,
    fingerprint blob      NOT NULL,
    answer      blob,
    created_at  timestamp NOT NULL,
    PRIMARY KEY (person, key)
) WITHOUT ROWID;

-- pos is the order of commit within a pact; seq is the place in the log, given when the log takes the event in.
CREATE TABLE events (
    pos         integer NOT NULL PRIMARY KEY,
    id          text      NOT NULL,
    act         text      NOT NULL,
    actor       text      NOT NULL,
    agency      text      NOT NULL,
    cluster_id  text      NOT NULL,
    pact_id     text      NOT NULL,
    occurred_at timestamp NOT NULL,
    recorded_at timestamp NOT NULL,
    body        text,
    salt        blob,
    body_hash   blob      NOT NULL,
    touched     text      NOT NULL,
    leaf        blob      NOT NULL,
    seq         integer
);
-- One index finds a pact's events and the place of one of them; a pact has some hundred, which sort at no cost.
CREATE UNIQUE INDEX events_pact ON events (pact_id, id);
CREATE UNIQUE INDEX events_seq ON events (seq) WHERE seq IS NOT NULL;
CREATE INDEX events_waiting ON events (pos) WHERE seq IS NULL;

-- Hashes of the tree by tlog's stored hash index.
CREATE TABLE log_node (
    idx  integer NOT NULL PRIMARY KEY,
    hash blob    NOT NULL
);

CREATE TABLE log_head (
    id   integer NOT NULL PRIMARY KEY CHECK (id = 1),
    size integer NOT NULL
);
INSERT INTO log_head (id, size) VALUES (1, 0);

CREATE TABLE log_checkpoint (
    size integer NOT NULL PRIMARY KEY,
    note text    NOT NULL
);

-- +goose Down
DROP TABLE log_checkpoint;
DROP TABLE log_head;
DROP TABLE log_node;
DROP TABLE events;
DROP TABLE idempotency;
