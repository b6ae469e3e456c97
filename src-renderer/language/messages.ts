import './locale.svelte.ts'

/** Every visible word, by its key in messages/en.json; compiled by build/scripts/setup/messages.mjs. */
export { m } from '#messages/messages.js'
