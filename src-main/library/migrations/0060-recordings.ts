import type { Migration } from './migrate.ts'

/** Recordings, sessions, slices, tags, rights and where things came from. `seq` is the short key that lists are made of. */
export const recordings: Migration = {
  version: 60,
  name: 'recordings',
  sql: `
    CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      note TEXT NOT NULL DEFAULT '',
      created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE rights (
      id TEXT PRIMARY KEY,
      licence TEXT NOT NULL,
      holder TEXT NOT NULL DEFAULT '',
      note TEXT NOT NULL DEFAULT '',
      is_shareable INTEGER NOT NULL DEFAULT 0 CHECK (is_shareable IN (0, 1))
    ) STRICT;
    CREATE TABLE recordings (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('audio', 'melody')),
      asset_id TEXT NOT NULL UNIQUE REFERENCES assets (id),
      name TEXT NOT NULL,
      file_name TEXT NOT NULL,
      format TEXT NOT NULL,
      session_id TEXT REFERENCES sessions (id) ON DELETE SET NULL,
      rights_id TEXT REFERENCES rights (id) ON DELETE SET NULL,
      import_id TEXT,
      imported_at TEXT NOT NULL,
      instrument TEXT NOT NULL DEFAULT '',
      duration_seconds REAL NOT NULL,
      sample_rate REAL NOT NULL,
      channel_count INTEGER NOT NULL,
      byte_length INTEGER NOT NULL,
      caption TEXT NOT NULL DEFAULT '',
      key TEXT,
      bpm REAL,
      pitch_low REAL,
      pitch_high REAL,
      register TEXT,
      articulation TEXT,
      dynamics TEXT,
      loudness_db REAL,
      quality REAL NOT NULL DEFAULT 1,
      marks TEXT NOT NULL DEFAULT '[]',       -- JSON, contract/library Mark list
      mark_codes TEXT NOT NULL DEFAULT ' ',   -- the same as ' clipping noise ', for filters
      details TEXT NOT NULL DEFAULT '{}',     -- JSON, what the analysis found out
      melody TEXT,                            -- JSON, contract/melody
      cleaning TEXT,                          -- JSON, the chain to hear and cut it through
      fingerprint BLOB,                       -- of its sound
      duplicate_of INTEGER REFERENCES recordings (seq) ON DELETE SET NULL
    ) STRICT;
    CREATE INDEX recordings_by_session ON recordings (session_id);
    CREATE INDEX recordings_by_rights ON recordings (rights_id);
    CREATE INDEX recordings_by_import ON recordings (import_id);
    CREATE INDEX recordings_by_duplicate ON recordings (duplicate_of);
    CREATE INDEX recordings_by_name ON recordings (name COLLATE NOCASE, seq);
    CREATE INDEX recordings_by_duration ON recordings (duration_seconds, seq);
    CREATE TABLE recording_signals (
      recording_seq INTEGER PRIMARY KEY REFERENCES recordings (seq) ON DELETE CASCADE,
      samples_per_peak INTEGER NOT NULL,
      peaks BLOB NOT NULL,                    -- int8: minimum and maximum in turn, 127 = full scale
      f0 BLOB NOT NULL,                       -- float32, Hz at 100 Hz
      loudness BLOB NOT NULL                  -- float32, dB at 100 Hz
    ) STRICT;
    CREATE TABLE slices (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      recording_seq INTEGER NOT NULL REFERENCES recordings (seq) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      start_seconds REAL NOT NULL,
      end_seconds REAL NOT NULL,
      duration_seconds REAL NOT NULL,
      caption TEXT NOT NULL,
      is_caption_edited INTEGER NOT NULL DEFAULT 0 CHECK (is_caption_edited IN (0, 1)),
      kept_by_hand INTEGER CHECK (kept_by_hand IN (0, 1)),
      is_sound INTEGER NOT NULL DEFAULT 1 CHECK (is_sound IN (0, 1)),   -- no disqualifying mark
      is_kept INTEGER GENERATED ALWAYS AS (coalesce(kept_by_hand, is_sound)) STORED,
      key TEXT,
      bpm REAL,
      pitch_low REAL,
      pitch_high REAL,
      register TEXT,
      articulation TEXT,
      dynamics TEXT,
      loudness_db REAL,
      quality REAL NOT NULL DEFAULT 1,
      marks TEXT NOT NULL DEFAULT '[]',
      mark_codes TEXT NOT NULL DEFAULT ' ',   -- the same as ' clipping noise ', for filters
      UNIQUE (recording_seq, position)
    ) STRICT;
    CREATE TABLE slice_details (
      slice_seq INTEGER PRIMARY KEY REFERENCES slices (seq) ON DELETE CASCADE,
      details TEXT NOT NULL                   -- JSON; apart, so that a scan over slices stays narrow
    ) STRICT;
    CREATE INDEX slices_by_duration ON slices (duration_seconds, seq);
    CREATE INDEX slices_by_quality ON slices (quality, seq);
    CREATE INDEX slices_by_pitch ON slices (coalesce(pitch_low, -1), seq);
    CREATE INDEX slices_by_loudness ON slices (coalesce(loudness_db, -200), seq);
    CREATE INDEX slices_by_tempo ON slices (coalesce(bpm, -1), seq);
    -- Every column that a filter can ask for: counting never touches the rows themselves.
    CREATE INDEX slices_for_filters ON slices (
      recording_seq, is_kept, duration_seconds, quality, pitch_low, pitch_high, key, register, articulation, dynamics, bpm, loudness_db, mark_codes
    );
    CREATE TABLE slice_vectors (
      slice_seq INTEGER PRIMARY KEY REFERENCES slices (seq) ON DELETE CASCADE,
      vector BLOB NOT NULL                    -- float32 [128], unit length
    ) STRICT;
    CREATE TABLE tags (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE
    ) STRICT;
    CREATE TABLE recording_tags (
      tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
      recording_seq INTEGER NOT NULL REFERENCES recordings (seq) ON DELETE CASCADE,
      PRIMARY KEY (recording_seq, tag_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recording_tags_by_tag ON recording_tags (tag_id, recording_seq);
    CREATE TABLE slice_tags (
      tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
      slice_seq INTEGER NOT NULL REFERENCES slices (seq) ON DELETE CASCADE,
      PRIMARY KEY (slice_seq, tag_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX slice_tags_by_tag ON slice_tags (tag_id, slice_seq);
    CREATE TABLE provenance (
      recording_seq INTEGER NOT NULL REFERENCES recordings (seq) ON DELETE CASCADE,
      path TEXT NOT NULL,
      found_at TEXT NOT NULL,
      source TEXT,
      PRIMARY KEY (recording_seq, path)
    ) STRICT, WITHOUT ROWID;
  `,
}
