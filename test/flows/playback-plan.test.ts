import type { Project, Source } from '#contract/project.ts'
import { mixProject } from '#main/export/mix/mix-project.ts'
import { planSchedule, renderRuns, walkTimeline } from '#renderer/playback/arrangement-plan.ts'
import { openSampleSource, sampleProjects } from '#test/suites/sample-projects.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const materials = new Map<string, readonly Float32Array[]>()
const findMaterial = (source: Source): readonly Float32Array[] | null => {
  const known = materials.get(source.id)
  if (known !== undefined) return known
  const reader = openSampleSource(source)
  const pcm = reader === null ? [] : reader.read(0, reader.lengthSamples)
  materials.set(source.id, pcm)
  return pcm
}
/** Tracks at unit gain in the centre: their sum is what the plan describes. */
const flatten = (project: Project): Project => ({
  ...project,
  tracks: project.tracks.map((track) => ({ ...track, pan: 0, gainDb: 0, reverbSend: 0, isMuted: false, isSoloed: false })),
  master: { ...project.master, gainDb: 0 },
})

describe('what the page plays', () => {
  it('is the reference mix, sample by sample, from any place in blocks of any size', () => {
    fc.assert(
      fc.property(
        sampleProjects,
        fc.nat(150000),
        fc.array(fc.integer({ min: 100, max: 30000 }), { minLength: 1, maxLength: 5 }),
        (some, from, sizes) => {
          const project = flatten(some)
          const reference = mixProject(project, openSampleSource)
          let position = from
          for (const size of sizes) {
            const { spans, nextSample } = walkTimeline(position, size, null)
            for (const { fromSample, lengthSamples } of spans) {
              const sum = [new Float64Array(lengthSamples), new Float64Array(lengthSamples)]
              for (const { runs } of planSchedule(project, fromSample, fromSample + lengthSamples)) {
                for (const [side, pcm] of renderRuns(runs, findMaterial, project, fromSample, lengthSamples).entries()) {
                  pcm.forEach((value, i) => ((sum[side] as Float64Array)[i] = ((sum[side] as Float64Array)[i] ?? 0) + value))
                }
              }
              let worst = 0
              for (const [side, pcm] of sum.entries()) pcm.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - ((side === 0 ? reference[0] : reference[1])[fromSample + i] ?? 0))))) // prettier-ignore
              // Below the last bit of a 24-bit file.
              expect(worst).toBeLessThan(4e-7)
            }
            position = nextSample
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('plans nothing where nothing sounds', () => {
    const [project] = fc.sample(sampleProjects, { numRuns: 1, seed: 4 })
    if (project === undefined) throw new Error('no sample')
    expect(planSchedule(project, 48000 * 60, 48000 * 61)).toEqual([])
    expect(planSchedule({ ...project, sources: project.sources.map((source) => ({ ...source, assetId: null })) }, 0, 96000)).toEqual([])
  })
})
