import type { Clip, Project, Track } from '#contract/project.ts'
import { dbToGain } from '#music/pitch.ts'
import { PPQ, type TempoMap, ticksToSeconds } from '#music/ticks.ts'
import { type AudioFile, collectAudioFiles, type PlacedSound } from '../arrangement/audio-files.ts'
import { createSourceFinder, listClipNotes, toBeats } from '../arrangement/clip-layout.ts'
import { writeZip } from '../bundle/zip.ts'
import type { OpenSource } from '../mix/mix-project.ts'
import { element, textElement, XML_HEAD } from '../text/xml.ts'

/** What the file is about, for its metadata. */
export interface DawprojectOptions {
  /** Of the program, "0.1.0". */
  readonly version: string
  readonly comment?: string
}

const writeTransport = (project: Project): string => {
  const [first] = project.tempo
  const [metre] = project.metre
  return element(
    'Transport',
    {},
    element('Tempo', { id: 'tempo', unit: 'bpm', min: 20, max: 300, value: first?.bpm ?? 120 }),
    element('TimeSignature', { id: 'metre', numerator: metre?.beats ?? 4, denominator: metre?.unit ?? 4 }),
  )
}

const writeChannel = (id: string, track: Track): string => {
  const channel = { id: `${id}-channel`, role: 'regular', audioChannels: 2, destination: 'master-channel', solo: track.isSoloed }
  return element(
    'Channel',
    channel,
    element('Mute', { id: `${id}-mute`, value: track.isMuted }),
    element('Pan', { id: `${id}-pan`, unit: 'normalized', min: 0, max: 1, value: (track.pan + 1) / 2 }),
    element('Volume', { id: `${id}-volume`, unit: 'linear', min: 0, max: 16, value: dbToGain(track.gainDb) }),
  )
}

const writeTrack = (id: string, track: Track, name: string, contentType: string): string =>
  element('Track', { id, name, color: track.colour, contentType, loaded: true }, writeChannel(id, track))

const writeMaster = (project: Project): string => {
  const volume = { id: 'master-volume', unit: 'linear', min: 0, max: 16, value: dbToGain(project.master.gainDb) }
  const channel = { id: 'master-channel', role: 'master', audioChannels: 2, solo: false }
  const track = { id: 'master', name: 'Master', contentType: 'audio notes', loaded: true }
  return element('Track', track, element('Channel', channel, element('Volume', volume)))
}

/** Sound at its own speed: a warp point wherever the tempo changes between its ends. */
const writeWarps = (id: string, file: AudioFile, originSeconds: number, tempo: TempoMap): string => {
  const originBeats = toBeats(originSeconds, tempo)
  const changes = tempo
    .map(({ atTicks }) => ({ beats: atTicks / PPQ, seconds: ticksToSeconds(atTicks, tempo) - originSeconds }))
    .filter(({ seconds }) => seconds > 1e-9 && seconds < file.durationSeconds - 1e-9)
  const points = [
    { time: 0, contentTime: 0 },
    ...changes.map(({ beats, seconds }) => ({ time: beats - originBeats, contentTime: seconds })),
    { time: toBeats(originSeconds + file.durationSeconds, tempo) - originBeats, contentTime: file.durationSeconds },
  ]
  const audio = {
    id: `${id}-audio`,
    algorithm: 'raw',
    channels: file.channelCount,
    sampleRate: file.sampleRate,
    duration: file.durationSeconds,
  }
  return element(
    'Warps',
    { id: `${id}-warps`, contentTimeUnit: 'seconds', timeUnit: 'beats' },
    element('Audio', audio, element('File', { path: file.path })),
    ...points.map((point) => element('Warp', point)),
  )
}

/** A loop lies on beats, so its sound keeps its speed only where all of it lies in one tempo. */
const crossesTempo = (clip: Clip, project: Project): boolean => {
  const source = project.sources.find(({ id }) => id === clip.sourceId)
  const origin = clip.startSeconds - clip.offsetSeconds
  const end = Math.max(clip.startSeconds + clip.durationSeconds, origin + (source?.durationSeconds ?? 0))
  return project.tempo.some(({ atTicks }) => {
    const seconds = ticksToSeconds(atTicks, project.tempo)
    return atTicks > 0 && seconds > origin && seconds < end
  })
}

/** Clip round clips round warps: the form that Bitwig itself writes. Times inside are beats from the material's beginning. */
const writeAudioClip = (id: string, clip: Clip, sound: PlacedSound, tempo: TempoMap): string => {
  const { file, offsetSeconds, loop } = sound
  const originSeconds = clip.startSeconds - offsetSeconds
  const start = toBeats(clip.startSeconds, tempo)
  const beatsFrom = (seconds: number): number => toBeats(seconds, tempo) - start
  const contentBeats = (seconds: number): number => toBeats(originSeconds + seconds, tempo) - toBeats(originSeconds, tempo)
  const end = clip.startSeconds + clip.durationSeconds
  const outer = {
    name: clip.name === '' ? file.source.name : clip.name,
    color: clip.colour ?? undefined,
    time: start,
    duration: beatsFrom(end),
    contentTimeUnit: 'beats',
    playStart: contentBeats(offsetSeconds),
    ...(loop !== null && { loopStart: contentBeats(loop.startSeconds), loopEnd: contentBeats(loop.endSeconds) }),
    fadeTimeUnit: 'beats',
    fadeInTime: beatsFrom(clip.startSeconds + clip.fadeIn.seconds),
    fadeOutTime: beatsFrom(end) - beatsFrom(end - clip.fadeOut.seconds),
  }
  const inner = { time: 0, duration: contentBeats(file.durationSeconds), contentTimeUnit: 'beats', playStart: 0 }
  return element(
    'Clip',
    outer,
    element('Clips', { id: `${id}-content` }, element('Clip', inner, writeWarps(id, file, originSeconds, tempo))),
  )
}

/** Notes lie right inside their clip: not every program reads notes that are wrapped twice. */
const writeNoteClip = (id: string, clip: Clip, notes: ReturnType<typeof listClipNotes>, tempo: TempoMap): string => {
  const start = toBeats(clip.startSeconds, tempo)
  const beatsFrom = (seconds: number): number => toBeats(clip.startSeconds + seconds, tempo) - start
  const written = notes.map((note) => {
    const time = beatsFrom(note.onsetSeconds)
    const duration = beatsFrom(note.onsetSeconds + note.durationSeconds) - time
    const key = Math.min(127, Math.max(0, Math.round(note.pitch)))
    return element('Note', { time, duration, channel: 0, key, vel: note.velocity, rel: 0.5 })
  })
  const outer = { name: clip.name, time: start, duration: beatsFrom(clip.durationSeconds), contentTimeUnit: 'beats', playStart: 0 }
  return element('Clip', outer, element('Notes', { id: `${id}-notes` }, ...written))
}

/** The parts of a track: its sound, and beside it its notes, each a track of its own. */
const writeLanes = (project: Project, soundOf: ReadonlyMap<Clip, PlacedSound>): { structure: string[]; lanes: string[] } => {
  const { tempo } = project
  const findSource = createSourceFinder(project)
  const structure: string[] = []
  const lanes: string[] = []
  project.tracks.forEach((track, index) => {
    const id = `track-${index + 1}`
    const clips = project.clips.filter((clip) => clip.trackId === track.id).sort((a, b) => a.startSeconds - b.startSeconds)
    const sounding = clips.flatMap((clip, i) => {
      const sound = soundOf.get(clip)
      return sound === undefined ? [] : [writeAudioClip(`${id}-clip-${i + 1}`, clip, sound, tempo)]
    })
    const noted = clips.flatMap((clip, i) => {
      const source = findSource(clip)
      const notes = source === undefined ? [] : listClipNotes(clip, source)
      return notes.length === 0 ? [] : [writeNoteClip(`${id}-score-${i + 1}`, clip, notes, tempo)]
    })
    if (track.kind === 'audio' || sounding.length > 0) {
      structure.push(writeTrack(id, track, track.name, 'audio'))
      lanes.push(element('Lanes', { id: `${id}-lanes`, track: id }, element('Clips', { id: `${id}-clips` }, ...sounding)))
    }
    if (track.kind === 'melody' || noted.length > 0) {
      structure.push(writeTrack(`${id}-score`, track, track.kind === 'melody' ? track.name : `${track.name} (notes)`, 'notes'))
      lanes.push(
        element('Lanes', { id: `${id}-score-lanes`, track: `${id}-score` }, element('Clips', { id: `${id}-score-clips` }, ...noted)),
      )
    }
  })
  return { structure, lanes }
}

const writeArrangement = (project: Project, lanes: readonly string[]): string => {
  const markers = project.markers.map(({ atSeconds, name }) => element('Marker', { time: toBeats(atSeconds, project.tempo), name }))
  const target = (parameter: string): string => element('Target', { parameter })
  const tempo = project.tempo.map(({ atTicks, bpm }) => element('RealPoint', { time: atTicks / PPQ, value: bpm, interpolation: 'hold' }))
  const metre = project.metre.map(({ atTicks, beats, unit }) =>
    element('TimeSignaturePoint', { time: atTicks / PPQ, numerator: beats, denominator: unit }),
  )
  return element(
    'Arrangement',
    { id: 'arrangement' },
    element('Lanes', { id: 'lanes', timeUnit: 'beats' }, ...lanes),
    ...(markers.length === 0 ? [] : [element('Markers', { id: 'markers' }, ...markers)]),
    ...(tempo.length < 2
      ? []
      : [element('TempoAutomation', { id: 'tempo-points', unit: 'bpm', timeUnit: 'beats' }, target('tempo'), ...tempo)]),
    ...(metre.length < 2 ? [] : [element('TimeSignatureAutomation', { id: 'metre-points', timeUnit: 'beats' }, target('metre'), ...metre)]),
  )
}

/**
 * The arrangement as a DAWproject 1.0 archive: sound at its own speed on a map of beats, notes beside it, tempo, metre, markers, mixer.
 * What the format cannot say is in the sound: clip gain, reversal, and loops across a change of tempo. The reverb is left out.
 *
 * @param openSource  gives each source's sound
 * @throws            EngineError FILE_TOO_LARGE above 2 GB
 * @source            DAWproject 1.0: Project.xsd, MetaData.xsd and README of bitwig/dawproject
 */
export const writeDawproject = (project: Project, openSource: OpenSource, { version, comment }: DawprojectOptions): Uint8Array => {
  const { files, soundOf } = collectAudioFiles(project, openSource, {
    isGainBaked: true,
    isLoopBaked: (clip) => crossesTempo(clip, project) || (clip.loop !== null && clip.offsetSeconds >= clip.loop.endSeconds),
  })
  const { structure, lanes } = writeLanes(project, soundOf)
  const xml = element(
    'Project',
    { version: '1.0' },
    element('Application', { name: 'Fiddlehead', version }),
    writeTransport(project),
    element('Structure', {}, ...structure, writeMaster(project)),
    writeArrangement(project, lanes),
    element('Scenes', {}),
  )
  const about = element(
    'MetaData',
    {},
    textElement('Title', project.title),
    ...(comment === undefined ? [] : [textElement('Comment', comment)]),
  )
  return writeZip([
    { path: 'metadata.xml', bytes: XML_HEAD + about },
    { path: 'project.xml', bytes: XML_HEAD + xml },
    ...files.map(({ path, bytes }) => ({ path, bytes })),
  ])
}
