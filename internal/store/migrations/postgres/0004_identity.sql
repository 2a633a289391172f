-- +goose Up
CREATE TABLE identity_people (
    id          text NOT NULL PRIMARY KEY,
    login       text NOT NULL UNIQUE,
    name        text NOT NULL,
    grants      text NOT NULL,
    password    text NOT NULL,
    created_at  timestamptz NOT NULL,
    row_version bigint NOT NULL
);

CREATE TABLE identity_sessions (
    id         text NOT NULL PRIMARY KEY,
    token      bytea NOT NULL UNIQUE,
    person     text NOT NULL REFERENCES identity_people (id),
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends       timestamptz NOT NULL,
    step_up_at timestamptz
);
CREATE INDEX identity_sessions_person ON identity_sessions (person);

CREATE TABLE identity_setup (
    id      bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    code    bytea NOT NULL,
    used_by text NOT NULL
);

-- +goose Down
DROP TABLE identity_setup;
DROP TABLE identity_sessions;
DROP TABLE identity_people;
