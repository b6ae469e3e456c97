import type { Melody } from '#contract/melody.ts'
import { composeMelody, toMelody } from '#main/generation/compose.ts'
import { findComposer } from '#main/generation/open-composer.ts'
import { readMusicalWishes } from '#main/prompt/read-musical-wishes.ts'
import type { TaskHandler } from '../runner/runner.ts'
import { composeSpecSchema } from './compose-spec.ts'

/** A melody of the composer's own, by what the prompt's words ask of it. */
export const composeHandler: TaskHandler = {
  async run(rawSpec): Promise<Melody> {
    const { prompt, before, keep, seconds, seed } = composeSpecSchema.parse(rawSpec)
    return toMelody(
      composeMelody(await findComposer(), {
        wishes: readMusicalWishes(prompt),
        seconds,
        seed,
        ...(before === undefined ? {} : { before }),
        ...(keep === undefined ? {} : { keep }),
      }),
    )
  },
}
