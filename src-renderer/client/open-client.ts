import { createClient, type Client } from './client.ts'
import { openSocketLink } from './socket-link.ts'

/** The client of this page, by the way that its host offers. */
export const openClient = (): Client => createClient(() => openSocketLink())
