import type { Random } from '#main/foundation/random.ts'
import type { Library } from '#main/library/open-library.ts'
import type { NewSlice } from '#main/library/repositories/recordings.ts'
import { createHash } from 'node:crypto'

const ARTICULATIONS = ['legato', 'staccato', 'spiccato', 'pizzicato', 'tremolo', 'detache']
const DYNAMICS = ['very soft', 'soft', 'medium loud', 'loud', 'very loud']
const REGISTERS = ['low', 'middle', 'high', 'very high']
const KEYS = ['D major', 'G major', 'A minor', 'C major', 'E minor', 'B-flat major']
const MOODS = ['tender', 'bright', 'dark', 'folk', 'baroque', 'dance', 'slow air', 'étude', 'lament', 'reel']

const drawSlice = (random: Random, at: number): NewSlice => {
  const seconds = random.between(1, 12)
  const articulation = random.pick(ARTICULATIONS)
  const dynamics = random.pick(DYNAMICS)
  const register = random.pick(REGISTERS)
  const key = random.pick(KEYS)
  const pitchLow = 55 + random.integer(30)
  const isNoisy = random.next() < 0.1
  return {
    startSeconds: at,
    endSeconds: at + seconds,
    caption: `solo violin, ${articulation}, ${dynamics}, ${register} register, ${key}, ${random.pick(MOODS)}, take ${random.integer(9999)}`,
    key,
    bpm: random.next() < 0.3 ? null : random.between(50, 180),
    pitchLow: random.next() < 0.02 ? null : pitchLow,
    pitchHigh: pitchLow + random.integer(20),
    register,
    articulation,
    dynamics,
    loudnessDb: -random.between(8, 50),
    quality: random.next(),
    marks: isNoisy ? [{ code: 'noise', message: 'The noise floor is high.', isDisqualifying: true }] : [],
    details: { change: null, pace: 'moderate' },
    tags: [`tag ${random.integer(12)}`],
  }
}

/** Rows such as an import makes, without sounds: for searches. */
export const fillLibrary = (
  library: Library,
  { slices, slicesPerRecording, random }: { slices: number; slicesPerRecording: number; random: Random },
): void => {
  const sessions = Array.from({ length: 40 }, (_, i) => ({ id: `session-${i}`, name: `Session ${i}`, note: '', createdAt: 't' }))
  library.transaction(() => sessions.forEach((session) => library.sessions.save(session)))
  for (let made = 0; made < slices;) {
    library.transaction(() => {
      for (let n = 0; n < 200 && made < slices; n++) {
        const number = made
        const own = Array.from({ length: Math.min(slicesPerRecording, slices - made) }, (_, i) => drawSlice(random, 12 * i))
        made += own.length
        const assetId = createHash('sha256').update(`recording ${number}`).digest('hex')
        library.assets.note(assetId, 'wav', 1000, 't')
        library.recordings.insert({
          ...drawSlice(random, 0),
          id: `recording-${assetId.slice(0, 32)}`,
          kind: 'audio',
          assetId,
          name: `${random.pick(MOODS)} no. ${random.integer(500)}`,
          fileName: `${number}.wav`,
          format: 'wav',
          sessionId: random.pick(sessions).id,
          rightsId: null,
          importId: null,
          importedAt: 't',
          instrument: 'violin',
          durationSeconds: 12 * own.length,
          sampleRate: 44100,
          channelCount: 1,
          byteLength: 1000,
          melody: null,
          cleaning: null,
          fingerprint: null,
          duplicateOf: null,
          signals: null,
          tags: random.next() < 0.2 ? ['tag 3'] : [],
          slices: own,
        })
      }
    })
  }
}
