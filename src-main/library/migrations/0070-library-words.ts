import type { Migration } from './migrate.ts'

/** Words of recordings and slices, written with every edit and forgotten with the row: a search never lies behind. */
export const libraryWords: Migration = {
  version: 70,
  name: 'library words',
  sql: `
    CREATE VIRTUAL TABLE recording_words USING fts5 (
      name, file_name, caption, tags, session, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    );
    CREATE VIRTUAL TABLE slice_words USING fts5 (
      name, caption, tags, session, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    );
    CREATE TRIGGER recordings_forget AFTER DELETE ON recordings BEGIN
      DELETE FROM recording_words WHERE rowid = old.seq;
    END;
    CREATE TRIGGER slices_forget AFTER DELETE ON slices BEGIN
      DELETE FROM slice_words WHERE rowid = old.seq;
    END;
  `,
}
