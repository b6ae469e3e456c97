import type { Migration } from './migrate.ts'

/** Sounds that belong to something without a table of its own: previews of a training run, of a voice, comparisons. */
export const assetHolders: Migration = {
  version: 150,
  name: 'asset-holders',
  sql: `
    CREATE TABLE asset_holders (
      holder TEXT NOT NULL,
      asset_id TEXT NOT NULL,
      PRIMARY KEY (holder, asset_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX asset_holders_by_asset ON asset_holders (asset_id);
  `,
}
