-- Times are milliseconds since 1970. The same statements run on SQLite and PostgreSQL.

CREATE TABLE incident (
  id              VARCHAR(64) PRIMARY KEY,
  service         VARCHAR(1024) NOT NULL,
  signature       VARCHAR(255) NOT NULL,
  type            VARCHAR(255) NOT NULL,
  severity        VARCHAR(16) NOT NULL,
  certainty       VARCHAR(16) NOT NULL,
  headline        TEXT NOT NULL,
  opened_at       BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  closed_at       BIGINT,
  acknowledged_at BIGINT,
  acknowledged_by VARCHAR(255) NOT NULL,
  finding         TEXT NOT NULL
);

CREATE INDEX incident_updated ON incident (updated_at);
CREATE INDEX incident_closed ON incident (closed_at);

-- Where it is seen now, or was.
CREATE TABLE incident_instance (
  incident_id VARCHAR(64) NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  instance    VARCHAR(1024) NOT NULL,
  since       BIGINT NOT NULL,
  ended       BIGINT,
  PRIMARY KEY (incident_id, instance)
);

-- What became of it, in order.
CREATE TABLE incident_event (
  incident_id VARCHAR(64) NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  at          BIGINT NOT NULL,
  kind        VARCHAR(16) NOT NULL,
  detail      TEXT NOT NULL,
  PRIMARY KEY (incident_id, number)
);
