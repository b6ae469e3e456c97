import { createProject, type Project, projectSchema, type Source } from '#contract/project.ts'
import { EngineError } from '#main/foundation/engine-error.ts'
import { findProjectRoot } from '#main/foundation/project-root.ts'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printResult, type CommonOptions } from '../terminal.ts'

const CLIP_COUNTS = [10, 100, 1000]
const RUNS = 15
const TRACKS = 20
const NOTES_IN_SOURCE = 40

const makeSource = (index: number): Source => ({
  id: `source-${index}`,
  name: `Phrase ${index}`,
  assetId: null,
  takeId: null,
  durationSeconds: 8,
  sampleRate: 44100,
  channelCount: 1,
  notes: Array.from({ length: NOTES_IN_SOURCE }, (_, i) => ({
    onsetSeconds: i * 0.2,
    durationSeconds: 0.19,
    pitch: 60 + (i % 24),
    velocity: 0.7,
    confidence: 1,
  })),
  recipe: null,
})

/** Clips over twenty tracks, every tenth of a source of its own with the notes of eight seconds. */
const makeProject = (clipCount: number): Project => {
  const sources = Array.from({ length: Math.ceil(clipCount / 10) }, (_, i) => makeSource(i))
  const noFade = { seconds: 0, curve: 'linear' as const }
  return {
    ...createProject(`${clipCount} clips`, 120),
    sources,
    tracks: Array.from({ length: TRACKS }, (_, row) => ({
      id: `track-${row}`,
      name: `Track ${row + 1}`,
      colour: '#4a8f6d',
      kind: 'audio',
      gainDb: 0,
      pan: 0,
      isMuted: false,
      isSoloed: false,
      reverbSend: 0,
    })),
    clips: Array.from({ length: clipCount }, (_, i) => ({
      id: `clip-${i}`,
      trackId: `track-${i % TRACKS}`,
      sourceId: `source-${i % sources.length}`,
      name: `Clip ${i}`,
      colour: null,
      startSeconds: 8 * Math.floor(i / TRACKS),
      durationSeconds: 8,
      offsetSeconds: 0,
      gainDb: 0,
      fadeIn: noFade,
      fadeOut: noFade,
      isReversed: false,
      loop: null,
    })),
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const time = (work: () => void): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** How long an arrangement takes to be saved and opened, checked as the services check it, in a library on disk. */
export const benchProject = async (options: CommonOptions): Promise<void> => {
  const { openLibrary } = await import('#main/library/open-library.ts')
  const folder = mkdtempSync(join(tmpdir(), 'fiddlehead-bench-project-'))
  const library = openLibrary(join(folder, 'library.sqlite'), folder)
  try {
    const rows = CLIP_COUNTS.map((clips) => {
      const project = makeProject(clips)
      const id = `project-${clips}`
      const at = '2026-01-01T00:00:00.000Z'
      library.transaction(() => library.projects.insert(id, project, at))
      const saves: number[] = []
      const opens: number[] = []
      for (let run = 0; run < RUNS; run++) {
        saves.push(time(() => void library.transaction(() => library.projects.update(id, projectSchema.parse(project), at))))
        opens.push(time(() => void library.projects.find(id)))
      }
      return { clips, saveMilliseconds: median(saves), openMilliseconds: median(opens), kilobytes: JSON.stringify(project).length / 1000 }
    })
    printResult(
      options,
      { runs: RUNS, projects: rows },
      rows.map(
        ({ clips, saveMilliseconds, openMilliseconds, kilobytes }) =>
          `${String(clips).padStart(5)} clips (${kilobytes.toFixed(0)} kB): save ${saveMilliseconds.toFixed(1)} ms, open ${openMilliseconds.toFixed(1)} ms`,
      ),
    )
  } finally {
    library.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Frame times while dragging among two hundred clips, in the Chromium that the tests use; only where the tests are. */
export const benchTimeline = async (options: CommonOptions): Promise<void> => {
  const root = findProjectRoot()
  const script = join(root, 'test/app/measure-timeline.ts')
  if (!existsSync(script)) throw new EngineError('NOT_FOUND', { kind: 'measuring page', id: script })
  const args = ['--disable-warning=ExperimentalWarning', script, ...(options.json === true ? ['--json'] : [])]
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', resolve)
  })
  // What went wrong was said by the child.
  if (code !== 0) process.exitCode = 1
}
