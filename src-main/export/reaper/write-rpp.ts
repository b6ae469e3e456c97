import type { Clip, FadeCurve, Project, Source, Track } from '#contract/project.ts'
import { dbToGain } from '#music/pitch.ts'
import { PPQ, ticksToSeconds } from '#music/ticks.ts'
import { type AudioFile, collectAudioFiles, type PlacedSound } from '../arrangement/audio-files.ts'
import { createSourceFinder, listClipNotes, toBeats } from '../arrangement/clip-layout.ts'
import type { OpenSource } from '../mix/mix-project.ts'

/** Reaper's numbers of fade shapes. */
const FADE_SHAPES: Readonly<Record<FadeCurve, number>> = { linear: 0, equalPower: 1, smooth: 5 }
const SQUARE = 1

/** Reaper quotes with whichever of three signs the text does not hold; a text that holds all loses one. */
const quote = (text: string): string => {
  const line = text.replace(/[\r\n\t\0]+/g, ' ')
  const sign = ['"', "'", '`'].find((candidate) => !line.includes(candidate))
  return sign === undefined ? `\`${line.replaceAll('`', "'")}\`` : `${sign}${line}${sign}`
}

/** Plain decimals: no exponents, no trailing zeros, a billionth of a second fine. */
const decimal = (value: number): string => value.toFixed(12).replace(/\.?0+$/, '')

type Line = string | Node
interface Node {
  readonly head: string
  readonly lines: readonly Line[]
}

const print = (node: Node, indent = ''): string[] => [
  `${indent}<${node.head}`,
  ...node.lines.flatMap((line) => (typeof line === 'string' ? [`${indent}  ${line}`] : print(line, `${indent}  `))),
  `${indent}>`,
]

const readColour = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return 0x1000000 + ((blue ?? 0) << 16) + ((green ?? 0) << 8) + (red ?? 0)
}

const writeAudioItem = (clip: Clip, { file, offsetSeconds }: PlacedSound, track: Track): Node => ({
  head: 'ITEM',
  lines: [
    `POSITION ${decimal(clip.startSeconds)}`,
    `LENGTH ${decimal(clip.durationSeconds)}`,
    'LOOP 0',
    `FADEIN ${FADE_SHAPES[clip.fadeIn.curve]} ${decimal(clip.fadeIn.seconds)} 0`,
    `FADEOUT ${FADE_SHAPES[clip.fadeOut.curve]} ${decimal(clip.fadeOut.seconds)} 0`,
    `COLOR ${readColour(clip.colour ?? track.colour)}`,
    `NAME ${quote(clip.name === '' ? file.source.name : clip.name)}`,
    `VOLPAN ${decimal(dbToGain(clip.gainDb))} 0 1 -1`,
    `SOFFS ${decimal(offsetSeconds)}`,
    { head: 'SOURCE WAVE', lines: [`FILE ${quote(file.path)}`] },
  ],
})

/** A MIDI item: each event with its distance in ticks of the project's own tempo map. */
const writeNoteItem = (clip: Clip, source: Source, project: Project): Node[] => {
  const notes = listClipNotes(clip, source)
  if (notes.length === 0) return []
  const toTicks = (seconds: number): number => Math.round(toBeats(clip.startSeconds + seconds, project.tempo) * PPQ)
  const origin = toTicks(0)
  const events = notes.flatMap((note) => {
    const key = Math.min(127, Math.max(0, Math.round(note.pitch))).toString(16)
    const velocity = Math.max(1, Math.round(note.velocity * 127)).toString(16)
    const from = toTicks(note.onsetSeconds) - origin
    const to = Math.max(from + 1, toTicks(note.onsetSeconds + note.durationSeconds) - origin)
    return [
      { at: from, order: 1, event: `90 ${key} ${velocity}` },
      { at: to, order: 0, event: `80 ${key} 00` },
    ]
  })
  events.push({ at: Math.max(toTicks(clip.durationSeconds) - origin, ...events.map(({ at }) => at)), order: 2, event: 'b0 7b 00' })
  events.sort((a, b) => a.at - b.at || a.order - b.order)
  const lines = events.map(({ at, event }, i) => `E ${at - (events[i - 1]?.at ?? 0)} ${event}`)
  return [
    {
      head: 'ITEM',
      lines: [
        `POSITION ${decimal(clip.startSeconds)}`,
        `LENGTH ${decimal(clip.durationSeconds)}`,
        'LOOP 0',
        `NAME ${quote(clip.name === '' ? source.name : clip.name)}`,
        { head: 'SOURCE MIDI', lines: [`HASDATA 1 ${PPQ} QN`, ...lines] },
      ],
    },
  ]
}

const writeTrack = (track: Track, name: string, items: readonly Node[]): Node => ({
  head: 'TRACK',
  lines: [
    `NAME ${quote(name)}`,
    `PEAKCOL ${readColour(track.colour)}`,
    `VOLPAN ${decimal(dbToGain(track.gainDb))} ${decimal(track.pan)} -1 -1 1`,
    `MUTESOLO ${track.isMuted ? 1 : 0} ${track.isSoloed ? 1 : 0} 0`,
    'NCHAN 2',
    ...items,
  ],
})

/** Tempo and metre at one place each, as steps; the metre as denominator * 65536 + numerator where it changes. */
const writeTempo = (project: Project): Node => {
  const ticks = [...new Set([...project.tempo, ...project.metre].map(({ atTicks }) => atTicks))].sort((a, b) => a - b)
  const points = ticks.map((atTicks) => {
    const bpm = project.tempo.findLast((change) => change.atTicks <= atTicks)?.bpm ?? 120
    const metre = project.metre.find((change) => change.atTicks === atTicks)
    const signature = metre === undefined ? '' : ` ${metre.unit * 65536 + metre.beats}`
    return `PT ${decimal(ticksToSeconds(atTicks, project.tempo))} ${decimal(bpm)} ${SQUARE}${signature}`
  })
  return { head: 'TEMPOENVEX', lines: ['ACT 1 -1', 'VIS 1 0 1', 'DEFSHAPE 1 -1 -1', ...points] }
}

/**
 * The arrangement as a Reaper project and the sound files beside it: items with slip, fades and gain, notes as MIDI items
 * on a track of their own, tempo, metre and markers. Reversed and looping clips refer to files in which that is played out; the reverb
 * is left out.
 *
 * @param openSource  gives each source's sound
 * @returns           the text of the .rpp file, and the files it refers to by relative paths
 * @source            Reaper publishes no schema: the layout that its own project files show
 */
export const writeRpp = (project: Project, openSource: OpenSource): { rpp: string; files: AudioFile[] } => {
  const { files, soundOf } = collectAudioFiles(project, openSource, { isGainBaked: false, isLoopBaked: () => true })
  const findSource = createSourceFinder(project)
  const tracks = project.tracks.flatMap((track) => {
    const clips = project.clips.filter((clip) => clip.trackId === track.id).sort((a, b) => a.startSeconds - b.startSeconds)
    const items = clips.flatMap((clip) => {
      const sound = soundOf.get(clip)
      return sound === undefined ? [] : [writeAudioItem(clip, sound, track)]
    })
    const scores = clips.flatMap((clip) => {
      const source = findSource(clip)
      return source === undefined ? [] : writeNoteItem(clip, source, project)
    })
    const isMelody = track.kind === 'melody'
    return [
      ...(isMelody && items.length === 0 ? [] : [writeTrack(track, track.name, items)]),
      ...(isMelody || scores.length > 0 ? [writeTrack(track, isMelody ? track.name : `${track.name} (notes)`, scores)] : []),
    ]
  })
  const metre = project.metre[0]
  const root: Node = {
    head: 'REAPER_PROJECT 0.1 "7.0" 0',
    lines: [
      `TEMPO ${decimal(project.tempo[0]?.bpm ?? 120)} ${metre?.beats ?? 4} ${metre?.unit ?? 4}`,
      `SAMPLERATE ${project.sampleRate} 1 0`,
      `MASTER_VOLUME ${decimal(dbToGain(project.master.gainDb))} 0 -1 -1 1`,
      writeTempo(project),
      ...project.markers.map(({ atSeconds, name }, i) => `MARKER ${i + 1} ${decimal(atSeconds)} ${quote(name)} 0`),
      ...tracks,
    ],
  }
  return { rpp: `${print(root).join('\n')}\n`, files }
}
