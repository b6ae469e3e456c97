import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '#main/foundation/random.ts'
import { ensureBackend, tf, type Tensor2D } from '#main/tensor/backend/tf.ts'
import { createParameters } from '#main/tensor/layers/parameters.ts'
import { createFactNaming, isNamingParameter, withoutCourse } from './fact-naming.ts'

const clips = [{ facts: { mode: 'major', vibrato: 'wide' } }, { facts: { mode: 'minor', vibrato: 'none' } }, { facts: { vibrato: 'warm' } }]

beforeAll(ensureBackend)

describe('createFactNaming', () => {
  const create = () => {
    const parameters = createParameters()
    return { parameters, naming: createFactNaming(parameters, clips, { width: 4, random: createRandom(3) }) }
  }

  it('begins near guessing: the mean of ln 2 for two modes and ln 3 for three vibratos', () => {
    const { naming } = create()
    const loss = tf.tidy(() => naming.loss(tf.zeros([1, 4]) as Tensor2D, [{ mode: 'major', vibrato: 'wide' }]).dataSync()[0])
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(3)) / 2, 5)
  })

  it('leaves out what it has not seen and what is not known', () => {
    const { naming } = create()
    const loss = tf.tidy(() => naming.loss(tf.ones([2, 4]) as Tensor2D, [{ room: 'hall' }, { mode: 'lydian' }]).dataSync()[0])
    expect(loss).toBeCloseTo(0, 12)
  })

  it('is learned by its own layer, whose weights are told apart from the towers’', () => {
    const { parameters, naming } = create()
    const names = [...parameters.trainable.keys()]
    expect(names.length).toBeGreaterThan(0)
    expect(names.every(isNamingParameter)).toBe(true)
    const optimizer = tf.train.adam(0.05)
    const units = tf.tensor2d([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ])
    const lossAfter = (steps: number): number => {
      let last = Infinity
      for (let i = 0; i < steps; i++)
        tf.tidy(() => {
          last =
            optimizer
              .minimize(
                () =>
                  naming.loss(
                    units,
                    clips.map(({ facts }) => facts),
                  ),
                true,
                [...parameters.trainable.values()] as never,
              )
              ?.dataSync()[0] ?? NaN
        })
      return last
    }
    expect(lossAfter(60)).toBeLessThan(0.1)
  })
})

describe('withoutCourse', () => {
  it('keeps what is true of any part of a clip', () => {
    expect(withoutCourse({ instrument: 'violin', contour: 'rising', mode: 'minor', vibrato: 'wide' })).toEqual({ instrument: 'violin', vibrato: 'wide' })
  })
})
