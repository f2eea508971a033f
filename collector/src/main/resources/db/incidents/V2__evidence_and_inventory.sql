-- Files that show more of an incident, such as a recording that an agent took. BYTEA is PostgreSQL's
-- word; SQLite takes any.
CREATE TABLE incident_evidence (
  id          VARCHAR(64) PRIMARY KEY,
  incident_id VARCHAR(64) NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
  kind        VARCHAR(32) NOT NULL,
  name        VARCHAR(255) NOT NULL,
  instance    VARCHAR(1024) NOT NULL,
  added_at    BIGINT NOT NULL,
  bytes       BIGINT NOT NULL,
  sha256      VARCHAR(64) NOT NULL
);

CREATE INDEX incident_evidence_of ON incident_evidence (incident_id);

-- Their content in pieces, so that nobody has to hold a whole one.
CREATE TABLE incident_evidence_part (
  evidence_id VARCHAR(64) NOT NULL REFERENCES incident_evidence (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  content     BYTEA NOT NULL,
  PRIMARY KEY (evidence_id, number)
);

-- Every JVM that has reported.
CREATE TABLE jvm (
  service    VARCHAR(1024) NOT NULL,
  instance   VARCHAR(1024) NOT NULL,
  jdk        VARCHAR(255) NOT NULL,
  host       VARCHAR(1024) NOT NULL,
  pid        BIGINT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen  BIGINT NOT NULL,
  PRIMARY KEY (service, instance)
);

CREATE INDEX jvm_last_seen ON jvm (last_seen);
