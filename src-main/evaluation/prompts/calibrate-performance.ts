import type { Features } from './note-features.ts'
import { CLASSIFIED, type ClassifiedAttribute } from './measure-performance.ts'
import { tellArticulation } from './tell-articulation.ts'
import { classify, fitClassifier, type Classifier } from './softmax-classifier.ts'

/** A clip listened to, with what is known of how it is played. */
export interface KnownClip {
  readonly features: Features
  /** Class by attribute; an attribute that cannot be heard in this clip is left out. */
  readonly facts: Partial<Record<ClassifiedAttribute | 'articulation', string>>
}

export type Calibration = Record<ClassifiedAttribute, Classifier>

export interface AttributeConfusion {
  readonly clips: number
  readonly accuracy: number
  /** Known class -> heard class -> clips. */
  readonly confusion: Record<string, Record<string, number>>
}

const ATTRIBUTES = Object.keys(CLASSIFIED).filter((name): name is ClassifiedAttribute => name in CLASSIFIED)

/** Fits every classifier to clips of the training split. */
export const calibratePerformance = (clips: readonly KnownClip[]): Calibration => {
  const fit = (attribute: ClassifiedAttribute): Classifier => {
    const examples = clips.flatMap(({ features, facts }) => {
      const label = facts[attribute]
      return label === undefined ? [] : [{ label, features }]
    })
    return fitClassifier(examples, CLASSIFIED[attribute])
  }
  return { dynamics: fit('dynamics'), vibrato: fit('vibrato'), attack: fit('attack'), brightness: fit('brightness') }
}

/** What the classifiers hear in clips that they have not seen. */
export const measureConfusion = (calibration: Calibration, clips: readonly KnownClip[]): Record<string, AttributeConfusion> => {
  const result: Record<string, AttributeConfusion> = {}
  for (const attribute of ['articulation', ...ATTRIBUTES] as const) {
    const confusion: Record<string, Record<string, number>> = {}
    let right = 0
    let count = 0
    for (const { features, facts } of clips) {
      const known = facts[attribute]
      if (known === undefined) continue
      const heard = attribute === 'articulation' ? tellArticulation(features) : classify(calibration[attribute], features)
      const row = (confusion[known] ??= {})
      row[heard] = (row[heard] ?? 0) + 1
      count++
      if (known === heard) right++
    }
    result[attribute] = { clips: count, accuracy: right / Math.max(1, count), confusion }
  }
  return result
}
