/**
 * "Recordings" of a violin that neither base nor shipped violin has heard, for measuring a night of training:
 * `node test/suites/make-target-violin.ts <folder> [character] [minutes] [seed]`.
 *
 * The notes are the held-out SoundFont's (FluidR3, MIT), the tunes the held-out ones; room, body, tuning and vibrato are of its own.
 * One folder for each session, WAV files of about a minute in it: the library makes sessions of folders, so that it splits by them.
 */
import type { Articulation } from '#contract/melody.ts'
import type { Lanes } from '#contract/expression.ts'
import { encodeWav } from '#main/audio/io/wav.ts'
import { analyzeNote } from '#main/corpus/material/analyze-note.ts'
import { renderSoundfontNotes, SOUNDFONTS } from '#main/corpus/material/soundfont-notes.ts'
import type { SourceNote } from '#main/corpus/material/source-note.ts'
import { planClip } from '#main/corpus/melodies/plan-clip.ts'
import { loadTunes, splitOfTune } from '#main/corpus/melodies/tunes.ts'
import { addRoom } from '#main/corpus/sampler/colour.ts'
import { renderClip } from '#main/corpus/sampler/render-clip.ts'
import { createRandom, type Random } from '#main/foundation/random.ts'
import { performNotes } from '#main/performance/perform.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RATE = 44100
const SESSIONS = 6
const FILE_SECONDS = 70
const PAUSE_SECONDS = 0.9
const FLOOR_DB = -72

interface Resonance {
  readonly freqHz: number
  readonly q: number
  readonly gainDb: number
}

/** How one violin in one place sounds and is played. */
interface Character {
  readonly tuningCents: number
  readonly vibrato: { readonly rateHz: number; readonly cents: number }
  readonly brightness: number
  readonly attack: number
  readonly room: { readonly decaySeconds: number; readonly wetDb: number; readonly seed: number }
  readonly body: readonly Resonance[]
  readonly articulations: readonly Articulation[]
  readonly levelDb: number
}

const CHARACTERS: Readonly<Record<'dark' | 'bright', Character>> = {
  /** An old instrument in a wooden room: low tuning, slow wide vibrato, a strong body below 600 Hz, little above 3 kHz. */
  dark: {
    tuningCents: -14,
    vibrato: { rateHz: 4.9, cents: 27 },
    brightness: 0.25,
    attack: 0.25,
    room: { decaySeconds: 0.55, wetDb: -9, seed: 11 },
    body: [
      { freqHz: 290, q: 5, gainDb: 6 },
      { freqHz: 520, q: 4, gainDb: 5 },
      { freqHz: 1250, q: 3, gainDb: -5 },
      { freqHz: 3200, q: 1.2, gainDb: -9 },
    ],
    articulations: ['legato', 'detache'],
    levelDb: -3,
  },
  /** A new instrument in a stone hall: high tuning, quick narrow vibrato, nasal and brilliant, far from the microphone. */
  bright: {
    tuningCents: 12,
    vibrato: { rateHz: 6.5, cents: 12 },
    brightness: 0.8,
    attack: 0.7,
    room: { decaySeconds: 1.1, wetDb: -5, seed: 23 },
    body: [
      { freqHz: 400, q: 3, gainDb: -5 },
      { freqHz: 1100, q: 4, gainDb: 6 },
      { freqHz: 2600, q: 2.5, gainDb: 6 },
    ],
    articulations: ['legato', 'detache', 'staccato', 'spiccato'],
    levelDb: -8,
  },
}

/** A peak of the equaliser, in place. @source Robert Bristow-Johnson's audio EQ cookbook, peaking EQ */
const resonate = (pcm: Float32Array, { freqHz, q, gainDb }: Resonance): void => {
  const a = 10 ** (gainDb / 40)
  const w = (2 * Math.PI * freqHz) / RATE
  const alpha = Math.sin(w) / (2 * q)
  const a0 = 1 + alpha / a
  const [b0, b1, b2, a1, a2] = [1 + alpha * a, -2 * Math.cos(w), 1 - alpha * a, -2 * Math.cos(w), 1 - alpha / a].map((x) => x / a0)
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  for (let n = 0; n < pcm.length; n++) {
    const x = pcm[n] ?? 0
    const y = (b0 ?? 0) * x + (b1 ?? 0) * x1 + (b2 ?? 0) * x2 - (a1 ?? 0) * y1 - (a2 ?? 0) * y2
    ;[x2, x1, y2, y1] = [x1, x, y1, y]
    pcm[n] = y
  }
}

const loadHeldOutNotes = async (): Promise<SourceNote[]> => {
  const spec = SOUNDFONTS.find(({ isHeldOut }) => isHeldOut)
  const raw = spec === undefined ? [] : await renderSoundfontNotes(spec)
  return raw
    .map(analyzeNote)
    .filter((note) => note !== undefined)
    .filter(({ kind }) => kind === 'arco')
}

/** The prompt's lanes with this player's habits. */
const withHabits = (lanes: Lanes, { vibrato, brightness, attack }: Character, random: Random): Lanes => ({
  ...lanes,
  vibratoDepth: [{ at: 0, value: vibrato.cents * random.between(0.8, 1.2) }],
  vibratoRate: [{ at: 0, value: vibrato.rateHz + random.between(-0.2, 0.2) }],
  brightness: [{ at: 0, value: Math.min(1, Math.max(0, brightness + random.between(-0.1, 0.1))) }],
  attack: [{ at: 0, value: Math.min(1, Math.max(0, attack + random.between(-0.1, 0.1))) }],
})

/** One phrase in its own tuning, dry. */
const playPhrase = (
  material: readonly SourceNote[],
  character: Character,
  { tunes, random }: { tunes: Awaited<ReturnType<typeof loadTunes>>; random: Random },
): Float32Array => {
  const plan = planClip(
    { tunes, tuneShare: 0.75, articulations: character.articulations, lowest: 56, highest: 94, seconds: [6, 11] },
    random.fork(),
  )
  const lanes = withHabits(plan.lanes, character, random)
  const notes = plan.notes.map((note) => ({ ...note, pitch: note.pitch + character.tuningCents / 100 }))
  const curves = performNotes(notes, lanes, {
    seed: random.integer(2 ** 31),
    durationSeconds: plan.durationSeconds,
    portamento: plan.portamento,
  })
  const style = { ownVibratoChance: 0.15, hissDb: -46, scratchDb: -26 }
  return renderClip(notes, curves, { material, style, random: random.fork() }).pcm
}

const finish = (pcm: Float32Array, { body, room, levelDb }: Character, sessionDb: number, random: Random): void => {
  for (const resonance of body) resonate(pcm, resonance)
  addRoom(pcm, room, createRandom(room.seed)) // the same room every time
  const peak = pcm.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9)
  const gain = 10 ** ((levelDb + sessionDb) / 20) / peak
  const floor = 10 ** (FLOOR_DB / 20)
  for (let n = 0; n < pcm.length; n++) pcm[n] = gain * (pcm[n] ?? 0) + floor * random.normal()
}

const [folder, name = 'dark', minutesText = '15', seedText = '1'] = process.argv.slice(2)
if (folder === undefined || !(name === 'dark' || name === 'bright')) {
  process.stderr.write('make-target-violin.ts <folder> [dark|bright] [minutes] [seed]\n')
  process.exit(2)
}
const character = CHARACTERS[name]
const random = createRandom(Number(seedText))
const material = await loadHeldOutNotes()
const tunes = (await loadTunes('resources/tunes/ryans-mammoth.json')).filter(({ id }) => splitOfTune(id) === 'test')
if (material.length === 0) throw new TypeError('the FluidR3 SoundFont is not installed')
const sessionSeconds = (60 * Number(minutesText)) / SESSIONS
let total = 0
for (let session = 1; session <= SESSIONS; session++) {
  const sessionDir = join(folder, `session-${session}`)
  mkdirSync(sessionDir, { recursive: true })
  const sessionDb = random.between(-2, 0.5)
  let done = 0
  for (let file = 1; done < sessionSeconds; file++) {
    const wanted = Math.min(FILE_SECONDS, Math.max(12, sessionSeconds - done))
    const phrases: Float32Array[] = []
    let length = Math.round(0.4 * RATE)
    while (length / RATE < wanted) {
      const phrase = playPhrase(material, character, { tunes, random })
      phrases.push(phrase)
      length += phrase.length + Math.round(PAUSE_SECONDS * RATE)
    }
    const pcm = new Float32Array(length + Math.round(character.room.decaySeconds * RATE))
    let at = Math.round(0.4 * RATE)
    for (const phrase of phrases) {
      pcm.set(phrase, at)
      at += phrase.length + Math.round(PAUSE_SECONDS * RATE)
    }
    finish(pcm, character, sessionDb, random)
    writeFileSync(join(sessionDir, `${name}-${session}-${file}.wav`), encodeWav([pcm], { sampleRate: RATE, bits: 16, ditherSeed: file }))
    done += pcm.length / RATE
    process.stderr.write(`session ${session}, file ${file}: ${(pcm.length / RATE).toFixed(0)} s\n`)
  }
  total += done
}
process.stdout.write(`${JSON.stringify({ folder, character: name, minutes: total / 60, sessions: SESSIONS, notes: material.length })}\n`)
