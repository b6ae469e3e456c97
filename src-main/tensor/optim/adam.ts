import { tf, type Tensor, type Variable } from '../backend/tf.ts'

/**
 * Adam with decoupled weight decay, global-norm clipping and an exponential moving average of the weights.
 * All of its state is in plain variables so that a run resumes bit for bit.
 *
 * @source arXiv 1412.6980 (Adam), 1711.05101 (decoupled decay)
 */
export interface Adam {
  /** One step. @returns gradient's global norm before clipping; NaN or infinite when the step was refused */
  apply(gradients: Record<string, Tensor>, learningRate: number): number
  readonly moments: Map<string, Variable>
  readonly ema: Map<string, Variable>
  /** Steps taken: part of the state. */
  step: number
}

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
  readonly clipNorm?: number
  readonly emaDecay?: number
}

/** The average moves every few steps only: it costs as much memory traffic as the step itself. */
const EMA_EVERY = 5

export const createAdam = (weights: Map<string, Variable>, options: AdamOptions = {}): Adam => {
  const { beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8, weightDecay = 0, clipNorm = 1, emaDecay = 0.999 } = options
  const moments = new Map<string, Variable>()
  const ema = new Map<string, Variable>()
  for (const [name, weight] of weights) {
    moments.set(`m.${name}`, tf.variable(tf.zerosLike(weight), false))
    moments.set(`v.${name}`, tf.variable(tf.zerosLike(weight), false))
    ema.set(name, tf.variable(weight.clone(), false))
  }
  const of = (map: Map<string, Variable>, name: string): Variable => map.get(name) as Variable

  const adam: Adam = {
    moments,
    ema,
    step: 0,
    apply(gradients, learningRate) {
      const norm = tf.tidy(() => {
        const squares = [...weights.keys()].flatMap((name) => (gradients[name] === undefined ? [] : [tf.sum(tf.square(gradients[name]))]))
        return Math.sqrt(tf.addN(squares).dataSync()[0] ?? NaN)
      })
      if (!Number.isFinite(norm)) return norm
      adam.step += 1
      const clip = norm > clipNorm ? clipNorm / norm : 1
      const correction1 = 1 - beta1 ** adam.step
      const correction2 = 1 - beta2 ** adam.step
      const decay = Math.min(emaDecay, (1 + adam.step) / (10 + adam.step)) ** EMA_EVERY
      tf.tidy(() => {
        for (const [name, weight] of weights) {
          const raw = gradients[name]
          if (raw === undefined) continue
          const gradient = clip === 1 ? raw : tf.mul(raw, clip)
          const m = of(moments, `m.${name}`)
          const v = of(moments, `v.${name}`)
          m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)))
          v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)))
          const update = tf.div(tf.mul(m, learningRate / correction1), tf.add(tf.sqrt(tf.mul(v, 1 / correction2)), epsilon))
          const kept = weightDecay > 0 && weight.rank > 1 ? tf.mul(weight, 1 - learningRate * weightDecay) : weight
          weight.assign(tf.sub(kept, update))
          if (adam.step % EMA_EVERY !== 0) continue
          const average = of(ema, name)
          average.assign(tf.add(tf.mul(average, decay), tf.mul(weight, 1 - decay)))
        }
      })
      return norm
    },
  }
  return adam
}
