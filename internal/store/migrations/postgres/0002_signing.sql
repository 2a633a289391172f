-- +goose Up
CREATE TABLE files (
    pact_id     text NOT NULL PRIMARY KEY REFERENCES pacts (id),
    sha256      bytea NOT NULL,
    number      bigint NOT NULL,
    body        text NOT NULL,
    row_version bigint NOT NULL
);

CREATE TABLE sessions (
    id          text NOT NULL PRIMARY KEY,
    pact_id     text NOT NULL REFERENCES pacts (id),
    person      text NOT NULL,
    field       text NOT NULL,
    state       text NOT NULL,
    created_at  timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    body        text NOT NULL,
    row_version bigint NOT NULL
);
CREATE INDEX sessions_newest ON sessions (pact_id, created_at, id);

CREATE TABLE certificates (
    person   text NOT NULL,
    sha256   bytea NOT NULL,
    added_at timestamptz NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (person, sha256)
);

-- +goose Down
DROP TABLE certificates;
DROP TABLE sessions;
DROP TABLE files;
