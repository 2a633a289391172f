-- +goose Up
CREATE TABLE clusters (
    id          text    NOT NULL PRIMARY KEY,
    code        text    NOT NULL,
    year        bigint NOT NULL,
    body        text    NOT NULL,
    row_version bigint NOT NULL,
    UNIQUE (year, code)
);

CREATE TABLE pacts (
    id          text      NOT NULL PRIMARY KEY,
    cluster_id  text      NOT NULL REFERENCES clusters (id),
    code        text      NOT NULL,
    state       text      NOT NULL,
    subject     text      NOT NULL,
    created_at  timestamptz NOT NULL,
    body        text      NOT NULL,
    row_version bigint   NOT NULL
);
-- What a QR code holds names one pact. A pact may be without a code until its paper is frozen.
CREATE UNIQUE INDEX pacts_code ON pacts (code) WHERE code <> '';
CREATE INDEX pacts_newest ON pacts (cluster_id, created_at, id);

CREATE TABLE drafts (
    pact_id     text    NOT NULL PRIMARY KEY REFERENCES pacts (id),
    body        text    NOT NULL,
    row_version bigint NOT NULL
);

CREATE TABLE versions (
    pact_id    text      NOT NULL REFERENCES pacts (id),
    number     bigint   NOT NULL,
    sha256     bytea      NOT NULL,
    closed     boolean   NOT NULL,
    created_at timestamptz NOT NULL,
    body       text      NOT NULL,
    content    text      NOT NULL,
    PRIMARY KEY (pact_id, number)
);
CREATE INDEX versions_sha256 ON versions (sha256);

CREATE TABLE rounds (
    pact_id     text    NOT NULL,
    number      bigint NOT NULL,
    version     bigint NOT NULL,
    due_at      timestamptz,
    closed_at   timestamptz,
    body        text    NOT NULL,
    row_version bigint NOT NULL,
    PRIMARY KEY (pact_id, number),
    FOREIGN KEY (pact_id, version) REFERENCES versions (pact_id, number)
);

CREATE TABLE replies (
    id          text    NOT NULL PRIMARY KEY,
    pact_id     text    NOT NULL,
    round       bigint NOT NULL,
    agency      text    NOT NULL,
    stance      text    NOT NULL,
    sent_at     timestamptz,
    body        text    NOT NULL,
    row_version bigint NOT NULL,
    UNIQUE (pact_id, round, agency),
    FOREIGN KEY (pact_id, round) REFERENCES rounds (pact_id, number)
);

-- A comment of a reply lives in the reply's body and is found through this row; a comment from the hall has its own body.
CREATE TABLE comments (
    id       text    NOT NULL PRIMARY KEY,
    pact_id  text    NOT NULL REFERENCES pacts (id),
    reply_id text REFERENCES replies (id),
    number   bigint,
    body     text,
    CHECK ((reply_id IS NULL) <> (body IS NULL))
);
-- Numbers are given when a round closes. Most rows have none while replies come in, and cost no entry here.
CREATE UNIQUE INDEX comments_number ON comments (pact_id, number) WHERE number IS NOT NULL;
CREATE INDEX comments_hall ON comments (pact_id) WHERE reply_id IS NULL;

CREATE TABLE resolutions (
    comment_id  text      NOT NULL PRIMARY KEY REFERENCES comments (id),
    pact_id     text      NOT NULL REFERENCES pacts (id),
    round       bigint   NOT NULL,
    place       bigint   NOT NULL,
    disposition text      NOT NULL,
    decided_at  timestamptz NOT NULL,
    body        text      NOT NULL,
    row_version bigint   NOT NULL
);
CREATE INDEX resolutions_pact ON resolutions (pact_id, round, place);

-- +goose Down
DROP TABLE resolutions;
DROP TABLE comments;
DROP TABLE replies;
DROP TABLE rounds;
DROP TABLE versions;
DROP TABLE drafts;
DROP TABLE pacts;
DROP TABLE clusters;
