import { z } from 'zod'

/** Every id that crosses: `take-mb3k9x2f-4h7q0z1w`, or the SHA-256 of an asset. */
export const idSchema = z.string().regex(/^[a-z0-9-]{4,64}$/)
