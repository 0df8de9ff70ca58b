-- The first schema. Ids are 32 bytes; times are seconds since 1970. Bytes of records, addresses
-- and envelopes are kept as received: the other columns only index them.

PRAGMA application_id = 0x50617268;

CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY CHECK (length(CAST(key AS BLOB)) BETWEEN 1 AND 64),
  value TEXT NOT NULL CHECK (length(CAST(value AS BLOB)) <= 65536)
) STRICT, WITHOUT ROWID;

-- Numbers that only rise: prekey ids, generations of sealed rows.
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 64),
  value INTEGER NOT NULL CHECK (value >= 1)
) STRICT, WITHOUT ROWID;

-- Sealed values open only with their table, column, primary key and generation.
CREATE TABLE secret (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 128),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 41 AND 65536)
) STRICT, WITHOUT ROWID;

-- State: 0 placed, 1 waiting, 2 evidence. Sequence: the order of placing, past before future.
CREATE TABLE record (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  class INTEGER NOT NULL CHECK (class IN (0, 1)),
  state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
  sequence INTEGER UNIQUE CHECK (sequence >= 1),
  negotiation BLOB CHECK (length(negotiation) = 32),
  channel BLOB NOT NULL CHECK (length(channel) = 32),
  author BLOB NOT NULL CHECK (length(author) = 32),
  number INTEGER NOT NULL CHECK (number >= 0),
  clock INTEGER NOT NULL CHECK (clock >= 1),
  kind TEXT NOT NULL CHECK (length(CAST(kind AS BLOB)) BETWEEN 1 AND 32),
  header BLOB NOT NULL CHECK (length(header) BETWEEN 1 AND 131072),
  size INTEGER NOT NULL CHECK (size = length(header)),
  carrier BLOB CHECK (length(carrier) = 32),
  arrived INTEGER NOT NULL,
  CHECK ((state = 0) = (sequence IS NOT NULL))
) STRICT;

CREATE INDEX record_unplaced ON record (state, row) WHERE state <> 0;
CREATE INDEX record_waiting_author ON record (author, channel, size) WHERE state = 1;
CREATE INDEX record_waiting_carrier ON record (carrier, size) WHERE state = 1;
CREATE INDEX record_evidence ON record (author) WHERE state = 2;
CREATE INDEX record_arrived ON record (author, arrived);

-- Those that verified; all that came with a record that is not verified yet.
CREATE TABLE signature (
  record INTEGER NOT NULL REFERENCES record (row) ON DELETE CASCADE,
  key BLOB NOT NULL CHECK (length(key) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (record, key, signature)
) STRICT, WITHOUT ROWID;

-- Records that are held back, as the packets they came in: of each that brought one its own copy. The
-- carrier of 32 zero bytes stands for files.
CREATE TABLE held (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL CHECK (length(id) = 32),
  channel BLOB NOT NULL CHECK (length(channel) = 32),
  author BLOB NOT NULL CHECK (length(author) = 32),
  carrier BLOB NOT NULL CHECK (length(carrier) = 32),
  reason TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 32),
  packet BLOB NOT NULL CHECK (length(packet) BETWEEN 1 AND 16777216),
  size INTEGER NOT NULL CHECK (size = length(packet)),
  arrived INTEGER NOT NULL,
  UNIQUE (id, carrier)
) STRICT;

CREATE INDEX held_carrier ON held (carrier, row, size);

CREATE TABLE waiting (
  record INTEGER NOT NULL REFERENCES record (row) ON DELETE CASCADE,
  missing BLOB NOT NULL CHECK (length(missing) = 32),
  PRIMARY KEY (record, missing)
) STRICT, WITHOUT ROWID;

CREATE INDEX waiting_missing ON waiting (missing);

CREATE TABLE blob (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  bytes BLOB NOT NULL CHECK (length(bytes) <= 4194432)
) STRICT;

CREATE TABLE address (
  device BLOB NOT NULL PRIMARY KEY CHECK (length(device) = 32),
  issue INTEGER NOT NULL CHECK (issue >= 0),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- State: 0 none, 1 compared, 2 the number has changed since.
CREATE TABLE comparison (
  delegation BLOB NOT NULL PRIMARY KEY CHECK (length(delegation) = 32),
  state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
  number TEXT CHECK (length(number) <= 128),
  method TEXT CHECK (length(method) <= 512),
  place TEXT CHECK (length(place) <= 512),
  person TEXT CHECK (length(person) <= 512),
  time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE refused_joining (
  joining BLOB NOT NULL PRIMARY KEY CHECK (length(joining) = 32),
  time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The sender of 32 zero bytes stands for all that nobody known could have made.
CREATE TABLE stranger (
  sender BLOB NOT NULL PRIMARY KEY CHECK (length(sender) = 32),
  envelopes INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX stranger_last ON stranger (last);

CREATE TABLE session (
  peer BLOB NOT NULL PRIMARY KEY CHECK (length(peer) = 32),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 41 AND 1048576)
) STRICT;

CREATE TABLE bundle_state (
  peer BLOB NOT NULL PRIMARY KEY CHECK (length(peer) = 32),
  sent INTEGER NOT NULL,
  received INTEGER NOT NULL,
  restarted INTEGER NOT NULL CHECK (restarted IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE prekey (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 16777214),
  peer BLOB CHECK (length(peer) = 32),
  issued INTEGER,
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 41 AND 4096)
) STRICT;

CREATE INDEX prekey_peer ON prekey (peer, issued);
CREATE INDEX prekey_issued ON prekey (issued);

-- Created: when it came into use, NULL before. Retired: when another took its place.
CREATE TABLE signed_prekey (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 16777214),
  created INTEGER,
  retired INTEGER,
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 41 AND 4096)
) STRICT;

CREATE TABLE base_key (
  signed_prekey INTEGER NOT NULL REFERENCES signed_prekey (id) ON DELETE CASCADE,
  base_key BLOB NOT NULL CHECK (length(base_key) = 32),
  PRIMARY KEY (signed_prekey, base_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_content (
  row INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE outbox_piece (
  row INTEGER PRIMARY KEY,
  content INTEGER NOT NULL REFERENCES outbox_content (row) ON DELETE CASCADE,
  piece INTEGER NOT NULL CHECK (piece BETWEEN 0 AND 799),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 31744),
  UNIQUE (content, piece)
) STRICT;

-- State: 0 queued, 1 accepted by the carrier.
CREATE TABLE outbox (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  content INTEGER NOT NULL REFERENCES outbox_content (row),
  piece INTEGER NOT NULL CHECK (piece BETWEEN 0 AND 799),
  device BLOB NOT NULL CHECK (length(device) = 32),
  mailbox TEXT NOT NULL CHECK (length(CAST(mailbox AS BLOB)) BETWEEN 1 AND 1024),
  wrap_type INTEGER NOT NULL CHECK (wrap_type IN (0, 2, 3)),
  wrap BLOB CHECK (length(wrap) BETWEEN 1 AND 330),
  nonce BLOB NOT NULL CHECK (length(nonce) = 24),
  needs_receipt INTEGER NOT NULL CHECK (needs_receipt IN (0, 1)),
  about BLOB CHECK (length(about) = 32),
  state INTEGER NOT NULL CHECK (state IN (0, 1)),
  next_try INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  created INTEGER NOT NULL,
  CHECK ((piece = 0) = (wrap IS NOT NULL)),
  CHECK ((piece = 0) = (wrap_type <> 0))
) STRICT;

CREATE INDEX outbox_next_try ON outbox (next_try, row);
CREATE INDEX outbox_content_device ON outbox (content, device);
CREATE INDEX outbox_device ON outbox (device);
CREATE INDEX outbox_about ON outbox (about, device) WHERE about IS NOT NULL;
CREATE INDEX outbox_state ON outbox (state);

CREATE TABLE taken (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX taken_first_seen ON taken (first_seen);

-- The sender of 32 zero bytes stands for all unknown ones.
CREATE TABLE quarantine (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 49152),
  size INTEGER NOT NULL CHECK (size = length(bytes)),
  reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
  sender BLOB NOT NULL CHECK (length(sender) = 32),
  first_seen INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT;

CREATE INDEX quarantine_first_seen ON quarantine (first_seen);
CREATE INDEX quarantine_sender ON quarantine (sender, row, size);

CREATE TABLE partial_file (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX partial_file_first_seen ON partial_file (first_seen);

CREATE TABLE assembly (
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  sender BLOB NOT NULL CHECK (length(sender) = 32),
  pieces INTEGER NOT NULL CHECK (pieces BETWEEN 1 AND 800),
  size INTEGER NOT NULL CHECK (size BETWEEN 1 AND 25165824),
  negotiation BLOB NOT NULL CHECK (length(negotiation) = 16),
  channel BLOB NOT NULL CHECK (length(channel) = 16),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 41 AND 256),
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (hash, sender)
) STRICT, WITHOUT ROWID;

CREATE INDEX assembly_first_seen ON assembly (first_seen);

CREATE TABLE assembly_piece (
  row INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  sender BLOB NOT NULL CHECK (length(sender) = 32),
  piece INTEGER NOT NULL CHECK (piece BETWEEN 0 AND 799),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 31744),
  size INTEGER NOT NULL CHECK (size = length(bytes)),
  first_seen INTEGER NOT NULL,
  UNIQUE (hash, sender, piece)
) STRICT;

CREATE INDEX assembly_piece_sender ON assembly_piece (sender, size);
CREATE INDEX assembly_piece_first_seen ON assembly_piece (first_seen);

CREATE TABLE talk (
  row INTEGER PRIMARY KEY,
  channel BLOB NOT NULL CHECK (length(channel) = 32),
  author BLOB NOT NULL CHECK (length(author) = 32),
  counter INTEGER NOT NULL CHECK (counter >= 0),
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  payload BLOB NOT NULL CHECK (length(payload) BETWEEN 1 AND 4325376),
  received INTEGER NOT NULL,
  own INTEGER NOT NULL CHECK (own IN (0, 1)),
  UNIQUE (channel, author, counter)
) STRICT;

CREATE INDEX talk_channel ON talk (channel, row);

CREATE TABLE have_sent (
  peer BLOB NOT NULL CHECK (length(peer) = 32),
  channel BLOB NOT NULL CHECK (length(channel) = 32),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (peer, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE served (
  record BLOB NOT NULL CHECK (length(record) = 32),
  peer BLOB NOT NULL CHECK (length(peer) = 32),
  time INTEGER NOT NULL,
  PRIMARY KEY (record, peer)
) STRICT, WITHOUT ROWID;

CREATE INDEX served_time ON served (time);

-- Kind: 0 a record, 1 one of an identity chain, 2 bodies of a placed one. Time 0: not asked for yet.
CREATE TABLE wanted (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
  channel BLOB NOT NULL CHECK (length(channel) = 32),
  author BLOB CHECK (length(author) = 32),
  claimant BLOB NOT NULL CHECK (length(claimant) = 32),
  first INTEGER NOT NULL,
  peer BLOB CHECK (length(peer) = 32),
  time INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX wanted_time ON wanted (time);
CREATE INDEX wanted_first ON wanted (first);
CREATE INDEX wanted_claimant ON wanted (claimant);

CREATE TABLE receipt_due (
  peer BLOB NOT NULL CHECK (length(peer) = 32),
  envelope BLOB NOT NULL CHECK (length(envelope) = 32),
  PRIMARY KEY (peer, envelope)
) STRICT, WITHOUT ROWID;

CREATE TABLE carrier_mark (
  carrier TEXT NOT NULL PRIMARY KEY CHECK (length(CAST(carrier AS BLOB)) BETWEEN 1 AND 64),
  mark BLOB NOT NULL CHECK (length(mark) BETWEEN 1 AND 65536)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (length(CAST(kind AS BLOB)) BETWEEN 1 AND 64),
  channel BLOB CHECK (length(channel) = 32),
  record BLOB CHECK (length(record) = 32),
  device BLOB CHECK (length(device) = 32),
  author BLOB CHECK (length(author) = 32),
  detail TEXT CHECK (length(CAST(detail AS BLOB)) <= 4096),
  seen INTEGER NOT NULL CHECK (seen IN (0, 1))
) STRICT;

CREATE INDEX notice_unseen ON notice (id) WHERE seen = 0;
CREATE INDEX notice_same ON notice (kind, channel, record) WHERE seen = 0;

PRAGMA user_version = 1;
