import type { Migration } from './migrate.ts'

/** Recipes: everything a take was made from. Takes of before have none, and cannot be played again in part. */
export const takeRecipes: Migration = {
  version: 110,
  name: 'take-recipes',
  sql: `
    ALTER TABLE takes ADD COLUMN recipe TEXT; -- JSON, contract/recipe Recipe
  `,
}
