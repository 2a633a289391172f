-- +goose Up
CREATE TABLE identity_people (
    id          text NOT NULL PRIMARY KEY,
    login       text NOT NULL UNIQUE,
    name        text NOT NULL,
    grants      text NOT NULL,
    password    text NOT NULL,
    created_at  timestamp NOT NULL,
    row_version integer NOT NULL
);

CREATE TABLE identity_sessions (
    id         text NOT NULL PRIMARY KEY,
    token      blob NOT NULL UNIQUE,
    person     text NOT NULL REFERENCES identity_people (id),
    created_at timestamp NOT NULL,
    seen_at    timestamp NOT NULL,
    ends       timestamp NOT NULL,
    step_up_at timestamp
);
CREATE INDEX identity_sessions_person ON identity_sessions (person);

CREATE TABLE identity_setup (
    id      integer NOT NULL PRIMARY KEY CHECK (id = 1),
    code    blob NOT NULL,
    used_by text NOT NULL
);

-- +goose Down
DROP TABLE identity_setup;
DROP TABLE identity_sessions;
DROP TABLE identity_people;
