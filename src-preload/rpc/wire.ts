import { z } from 'zod'

/** The messages that cross a port. */
export const callMessageSchema = z.object({ type: z.literal('call'), id: z.number().int(), method: z.string(), input: z.unknown() })
export type CallMessage = z.infer<typeof callMessageSchema>

const wireErrorSchema = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  traceId: z.string().optional(),
})

export const replyMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.number().int(), output: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.number().int(), error: wireErrorSchema }),
  z.object({ type: z.literal('push'), event: z.string(), payload: z.unknown() }),
])
export type ReplyMessage = z.infer<typeof replyMessageSchema>
