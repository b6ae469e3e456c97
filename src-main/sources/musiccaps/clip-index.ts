import { basename, extname } from 'node:path'

export interface LocalClip {
  readonly path: string
  /** The numbers that follow the video's id in the file's name. */
  readonly times: readonly number[]
}

const SOUND_NAME = /\.(wav|flac|mp3|ogg|oga|opus|m4a|mp4|aac|aif|aiff|webm)$/i
export const isSoundName = (name: string): boolean => SOUND_NAME.test(name) && !name.startsWith('._')

/** A video's id on YouTube: 11 of these characters, two of which also separate words in file names. */
const ID_LENGTH = 11

/** Where a file's name may hold the id: at its start, behind AudioSet's "Y", or in the brackets of a downloader. */
const idCandidates = (name: string): { id: string; rest: string }[] => {
  const at = (start: number): { id: string; rest: string } => ({
    id: name.slice(start, start + ID_LENGTH),
    rest: name.slice(start + ID_LENGTH),
  })
  const brackets = [...name.matchAll(/[[(]/g)].map((match) => match.index + 1)
  return [0, 1, ...brackets].map(at).filter(({ id, rest }) => id.length === ID_LENGTH && !/^[A-Za-z0-9]/.test(rest))
}

const readTimes = (rest: string): number[] => [...rest.matchAll(/\d+(?:\.\d+)?/g)].map(([text]) => Number(text))

/** The clip that a sound file's name announces, if its video is one of those looked for. */
export const readClipName = (path: string, isWanted: (id: string) => boolean): { id: string; clip: LocalClip } | undefined => {
  const found = idCandidates(basename(path, extname(path))).find(({ id }) => isWanted(id))
  return found === undefined ? undefined : { id: found.id, clip: { path, times: readTimes(found.rest) } }
}

/** Whether the times in a name are those of a row, in seconds or milliseconds, with or without the end. */
const hasTimes = (times: readonly number[], from: number, to: number): boolean => {
  const [start = -1, end] = times
  return [1, 1000].some((unit) => start === from * unit && (end === undefined || end === to * unit || end === (to - from) * unit))
}

/** Among a video's files the one cut at a row's times, else one that names no times. */
export const chooseClip = (clips: readonly LocalClip[], from: number, to: number): { clip: LocalClip; isCut: boolean } | undefined => {
  const cut = clips.find(({ times }) => times.length > 0 && hasTimes(times, from, to))
  if (cut !== undefined) return { clip: cut, isCut: true }
  const plain = clips.find(({ times }) => times.length === 0)
  return plain === undefined ? undefined : { clip: plain, isCut: false }
}
