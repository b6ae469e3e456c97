import { isErrorCode } from '#contract/api-error.ts'
import { z } from 'zod'

/** Engine -> compute process. */
export const computeRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), id: z.number().int(), task: z.string(), spec: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
])
export type ComputeRequest = z.infer<typeof computeRequestSchema>

/** Compute process -> engine. */
export const computeReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), id: z.number().int(), fraction: z.number(), message: z.string() }),
  z.object({ type: z.literal('item'), id: z.number().int(), item: z.unknown() }),
  z.object({ type: z.literal('done'), id: z.number().int(), result: z.unknown() }),
  z.object({ type: z.literal('cancelled'), id: z.number().int() }),
  z.object({
    type: z.literal('failed'),
    id: z.number().int(),
    code: z.string().refine(isErrorCode),
    details: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  /** A bug: what it said, for the log. */
  z.object({ type: z.literal('crashed'), id: z.number().int(), message: z.string(), stack: z.string() }),
])
export type ComputeReply = z.infer<typeof computeReplySchema>

/** The engine's hold on a compute process, whatever forked it. */
export interface ComputeLink {
  post(message: ComputeRequest): void
  onMessage(listener: (message: unknown) => void): void
  /** Hears once that the process ended, for whatever reason. */
  onExit(listener: () => void): void
  /** Ends the process at once. */
  kill(): void
}
