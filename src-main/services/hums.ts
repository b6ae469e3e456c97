import { draftSchema, MAX_FILE_BYTES, snapSchema, tidySchema, type Api, type Hum } from '#contract/api.ts'
import type { Melody } from '#contract/melody.ts'
import { readTimestamp } from '#main/foundation/clock.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { createId } from '#main/foundation/ids.ts'
import { composeNotes } from './compose-notes.ts'
import type { ServiceContext } from './context.ts'
import type { Recording, Snap, SoundFile } from './understanding.ts'

const LONGEST_NAME = 60

/** A file's name without folders and extension; a text's first words. */
const shortenName = (text: string): string => {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1).trimEnd()}…`
}
const nameOfFile = (fileName: string): string => shortenName((fileName.split(/[\\/]/).pop() ?? '').replace(/\.[^.]+$/, '')) || 'Hum'

/** By its contents, or by its name: what is wrong with a damaged MIDI file is said of notes, not of sound. */
const isMidi = (fileName: string, bytes: Uint8Array): boolean =>
  /\.midi?$/i.test(fileName) || (bytes.length >= 4 && bytes[0] === 0x4d && bytes[1] === 0x54 && bytes[2] === 0x68 && bytes[3] === 0x64)

export const findHum = ({ library }: Pick<ServiceContext, 'library'>, id: string): Hum => {
  const hum = library.hums.find(id)
  if (hum === null) throw new EngineError('NOT_FOUND', { kind: 'hum', id })
  return hum
}

/** Notes in order and one at a time: a later note cuts the one before it off. */
export const orderNotes = (melody: Melody): Melody => {
  const sorted = [...melody.notes].sort((a, b) => a.onsetSeconds - b.onsetSeconds)
  const notes = sorted.flatMap((note, i) => {
    const next = sorted[i + 1]
    const room = next === undefined ? note.durationSeconds : Math.min(note.durationSeconds, next.onsetSeconds - note.onsetSeconds)
    return room > 0 ? [{ ...note, durationSeconds: room }] : []
  })
  const last = notes.at(-1)
  const end = last === undefined ? 0 : last.onsetSeconds + last.durationSeconds
  return { ...melody, notes, durationSeconds: Math.max(melody.durationSeconds, end) }
}

/** Hums: what was sung, played in or written, and the notes that were understood. */
export const createHumsService = (context: ServiceContext): Api['hums'] => {
  const { env, library, pushes, understanding } = context
  const announce = (): void => pushes.emit('library.changed', { kinds: ['hums'] })

  const keep = (hum: Omit<Hum, 'id' | 'createdAt' | 'assetId'>, wav: Uint8Array | null): Hum => {
    const createdAt = readTimestamp(env.clock)
    const stored = library.transaction(() => {
      const assetId = wav === null ? null : library.assets.save(wav, 'wav', createdAt)
      const full: Hum = { ...hum, id: createId('hum', env.clock, env.random), createdAt, assetId }
      library.hums.insert(full)
      return full
    })
    announce()
    return stored
  }

  const change = (humId: string, edit: (hum: Hum) => Hum): Hum => {
    const changed = library.transaction(() => {
      const hum = edit(findHum(context, humId))
      library.hums.update(hum)
      return hum
    })
    announce()
    return changed
  }

  const listen = async (sound: SoundFile | Recording, about: { name: string; source: Hum['source']; snap: Snap }): Promise<Hum> => {
    const { melody, warnings, wav } = await understanding.listen(sound, about.snap)
    return keep({ name: about.name, source: about.source, melody, warnings }, wav)
  }

  return {
    async fromFile({ fileName, bytes, snap }) {
      if (bytes.length > MAX_FILE_BYTES) {
        const megabytes = Math.ceil(bytes.length / 1e6)
        throw new EngineError('FILE_TOO_LARGE', { path: fileName, megabytes, maximumMegabytes: Math.floor(MAX_FILE_BYTES / 1e6) })
      }
      if (isMidi(fileName, bytes)) {
        const melody = await understanding.readMidi(bytes)
        return keep({ name: nameOfFile(fileName), source: 'midi', melody, warnings: [] }, null)
      }
      return listen({ fileName, bytes }, { name: nameOfFile(fileName), source: 'file', snap: snapSchema.parse(snap ?? {}) })
    },

    fromRecording({ pcm, sampleRate, name, snap }) {
      const count = library.hums.list().filter(({ source }) => source === 'microphone').length
      return listen({ pcm, sampleRate }, { name: name ?? `Hum ${count + 1}`, source: 'microphone', snap: snapSchema.parse(snap ?? {}) })
    },

    async fromText({ text }) {
      if (text.trim() === '') throw new EngineError('PROMPT_EMPTY')
      const melody = await understanding.readMelodyText(text)
      return keep({ name: shortenName(text), source: 'text', melody, warnings: [] }, null)
    },

    async compose({ prompt, seconds, seed = env.random.integer(2 ** 32) }) {
      const melody = await composeNotes(context, { prompt, seconds, seed })
      return keep({ name: shortenName(prompt) || 'Composed melody', source: 'text', melody, warnings: [] }, null)
    },

    async demo() {
      const existing = library.hums.list().find(({ source }) => source === 'demo')
      if (existing !== undefined) return existing
      return listen(await understanding.readDemo(), { name: 'Demo hum', source: 'demo', snap: snapSchema.parse({}) })
    },

    list: async () => library.hums.list(),
    get: async ({ humId }) => findHum(context, humId),

    setNotes: async ({ humId, notes }) => change(humId, (hum) => ({ ...hum, melody: orderNotes({ ...hum.melody, notes }) })),

    async snap({ humId, snap }) {
      const melody = await understanding.snap(findHum(context, humId).melody, tidySchema.parse(snap))
      return change(humId, (hum) => ({ ...hum, melody }))
    },

    rename: async ({ humId, name }) => change(humId, (hum) => ({ ...hum, name })),

    getDraft: async ({ humId }) => library.hums.findDraft(findHum(context, humId).id),

    async setDraft({ humId, draft }) {
      const kept = draftSchema.parse(draft)
      library.transaction(() => library.hums.saveDraft(findHum(context, humId).id, kept))
      return kept
    },

    async remove({ humId }) {
      library.transaction(() => library.hums.remove(findHum(context, humId).id))
      library.assets.prune()
      pushes.emit('library.changed', { kinds: ['hums', 'takes'] })
      return {}
    },
  }
}
