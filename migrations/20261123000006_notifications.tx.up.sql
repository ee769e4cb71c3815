-- Places that are told of events. What they were told of is a position in the log: no
-- event is copied. environments and flows are what they are told of; empty is all.
-- attempts counts those in a row that failed; leased_until is until when a server tells.
CREATE TABLE notifications (
  organization_id int NOT NULL,
  id           int GENERATED ALWAYS AS IDENTITY,
  environments int[] NOT NULL DEFAULT '{}',
  flows        int[] NOT NULL DEFAULT '{}',
  kinds        text[] NOT NULL DEFAULT '{}',
  name         text COLLATE "C" NOT NULL,
  format       text NOT NULL,
  url          text NOT NULL,
  secret       text,
  created_at   timestamptz NOT NULL,
  xact         xid8 NOT NULL,
  event_id     bigint NOT NULL,
  due_at       timestamptz NOT NULL,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  attempts     int NOT NULL DEFAULT 0,
  reason       text,
  last_sent_at timestamptz,
  CONSTRAINT notifications_pkey PRIMARY KEY (organization_id, id),
  CONSTRAINT notifications_name_key UNIQUE (organization_id, name),
  CONSTRAINT notifications_format_check CHECK (format IN ('WEBHOOK', 'SLACK')),
  CONSTRAINT notifications_secret_check CHECK ((format = 'WEBHOOK') = (secret IS NOT NULL)),
  CONSTRAINT notifications_reason_check CHECK ((attempts = 0) = (reason IS NULL)),
  CONSTRAINT notifications_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations
) WITH (fillfactor = 70);
CREATE INDEX notifications_due_idx ON notifications (due_at);

-- The newest attempts of each, for people. status is that of HTTP; null if there was
-- no answer.
CREATE TABLE notification_attempts (
  organization_id int NOT NULL,
  notification_id int NOT NULL,
  id     bigint GENERATED ALWAYS AS IDENTITY,
  at     timestamptz NOT NULL,
  events int NOT NULL,
  status int,
  reason text,
  CONSTRAINT notification_attempts_pkey PRIMARY KEY (organization_id, notification_id, id),
  CONSTRAINT notification_attempts_notification_fkey FOREIGN KEY (organization_id, notification_id) REFERENCES notifications ON DELETE CASCADE
);
