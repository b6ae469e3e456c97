import type { Project, Source } from '#contract/project.ts'
import { OfflineContext } from 'tone'
import { ArrangementMixer } from './arrangement-mixer.ts'
import { findLoop, type Material, walkTimeline } from './arrangement-plan.ts'

/**
 * Plays an arrangement into memory through the same mixer and in the same blocks as the speakers get it; for comparing the two.
 *
 * @returns  left and right, `lengthSamples` each, at the project's rate
 */
export const renderArrangement = async (
  project: Project,
  findMaterial: (source: Source) => Material | null,
  { fromSample, lengthSamples, blockSamples }: { fromSample: number; lengthSamples: number; blockSamples: number },
): Promise<Float32Array[]> => {
  const context = new OfflineContext(2, lengthSamples / project.sampleRate, project.sampleRate)
  const mixer = new ArrangementMixer(context, project)
  let position = fromSample
  for (let frame = 0; frame < lengthSamples; frame += blockSamples) {
    const { spans, nextSample } = walkTimeline(position, Math.min(blockSamples, lengthSamples - frame), findLoop(project))
    let at = frame
    for (const span of spans) {
      mixer.play(span, at, findMaterial, false)
      at += span.lengthSamples
    }
    position = nextSample
  }
  const rendered = await context.render(false)
  return [0, 1].map((side) => rendered.getChannelData(side))
}
