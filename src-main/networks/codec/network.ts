import type { Random } from '#main/foundation/random.ts'
import { invariant } from '#main/foundation/engine-error.ts'
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '#main/tensor/backend/tf.ts'
import { assertShape } from '#main/tensor/backend/assert-shape.ts'
import { createConvBlock, createDense, createRmsNorm } from '#main/tensor/layers/dense.ts'
import { addState, addVector, createParameters, type Parameters } from '#main/tensor/layers/parameters.ts'
import { bodyPoints, type CodecConfig } from './config.ts'
import { CONTROL_WIDTH } from './controls.ts'
import { createQuantizer, type Quantizer } from './quantizer.ts'
import { createRoom, type Room } from './room.ts'

/** What the decoder says per frame; amplitudes and noise gains are relative until `normalise` sets the level. */
export interface DecoderFrames {
  /** [B * F, envelopeBands] natural-log amplitude on the log-frequency grid */
  readonly envelope: Tensor2D
  /** [B * F, freeHarmonics] natural-log deviation of the lowest harmonics */
  readonly deviation: Tensor2D
  /** [B * F, noiseBands] natural-log noise magnitude */
  readonly noise: Tensor2D
  /** [B * F, 1] natural-log correction of the level, within +-0.7 */
  readonly trim: Tensor2D
}

export interface CodecNetwork {
  readonly config: CodecConfig
  readonly parameters: Parameters
  readonly quantizer: Quantizer
  /** Fixed resonances of the instrument's body: natural-log gain on the fine log-frequency grid, [bodyPoints]. */
  readonly body: Tensor
  /** The room that the instrument stands in; null where the voice has none of its own. */
  readonly room: Room | null
  /** mel [B, F, nMels] (level removed), controls [B, F, CONTROL_WIDTH], F divisible by tokenStride -> [B * T, latentWidth] */
  encode(mel: Tensor3D, controls: Tensor3D): Tensor2D
  /**
   * Follows the latent's centre and spread, which `encode` takes out. Without it the commitment loss shrinks the
   * latent until a handful of codes is left.
   *
   * @param latent [N, latentWidth] what `encode` gave
   * @param share  0..1 of the way to go
   */
  trackLatent(latent: Tensor2D, share: number): void
  /**
   * @param latent    [B * T, latentWidth] quantised vectors, zeros where tokens are withheld
   * @param hasTokens [B, 1] 1 where tokens are given
   * @param controls  [B, F, CONTROL_WIDTH], F = T * tokenStride
   */
  decode(latent: Tensor2D, hasTokens: Tensor2D, controls: Tensor3D): DecoderFrames
}

const chain = (blocks: ((x: Tensor) => Tensor)[], x: Tensor): Tensor => blocks.reduce((y, block) => block(y), x)

/** Fresh weights from the seeded source. */
export const createCodecNetwork = (config: CodecConfig, random: Random, { hasRoom = false }: { hasRoom?: boolean } = {}): CodecNetwork => {
  const parameters = createParameters()
  const { encoderWidth, tokenWidth, latentWidth, decoderWidth, decoderHidden, tokenStride } = config
  const dense = (name: string, sizes: [number, number], scale?: number) =>
    createDense(parameters, name, sizes, scale === undefined ? { random, scale: 1 / Math.sqrt(sizes[0]) } : { random, scale })
  const block = (name: string, width: number, hidden: number, dilation: number) =>
    createConvBlock(parameters, name, { width, hidden, dilation, random })

  const encoderIn = dense('encoder.in', [config.nMels + CONTROL_WIDTH, encoderWidth])
  const encoderBlocks = [1, 2, 4].map((dilation, i) => block(`encoder.block${i}`, encoderWidth, 2 * encoderWidth, dilation))
  const encoderPool = dense('encoder.pool', [tokenStride * encoderWidth, tokenWidth])
  const tokenBlocks = [1, 2].map((dilation, i) => block(`encoder.token${i}`, tokenWidth, 2 * tokenWidth, dilation))
  const encoderNorm = createRmsNorm(parameters, 'encoder.norm', tokenWidth)
  const encoderOut = dense('encoder.out', [tokenWidth, latentWidth])
  const latentMean = addState(parameters, 'encoder.latentMean', tf.zeros([latentWidth]))
  const latentScale = addState(parameters, 'encoder.latentScale', tf.ones([1]))
  const quantizer = createQuantizer(parameters, config, random)

  const latentIn = dense('decoder.latent', [latentWidth + 1, tokenWidth])
  const latentBlock = block('decoder.token', tokenWidth, 2 * tokenWidth, 1)
  const unpool = dense('decoder.unpool', [tokenWidth, tokenStride * decoderWidth])
  const controlIn = dense('decoder.controls', [CONTROL_WIDTH, decoderWidth])
  const decoderBlocks = config.decoderDilations.map((dilation, i) => block(`decoder.block${i}`, decoderWidth, decoderHidden, dilation))
  const decoderNorm = createRmsNorm(parameters, 'decoder.norm', decoderWidth)
  const heads = {
    envelope: dense('head.envelope', [decoderWidth, config.envelopeBands], 0.02),
    deviation: dense('head.deviation', [decoderWidth, config.freeHarmonics], 0.02),
    noise: dense('head.noise', [decoderWidth, config.noiseBands], 0.02),
    trim: dense('head.trim', [decoderWidth, 1], 0.01),
  }
  const body = addVector(parameters, 'body', bodyPoints(config), 0)
  const room = hasRoom ? createRoom(parameters, config) : null

  return {
    config,
    parameters,
    quantizer,
    body,
    room,
    encode(mel, controls) {
      const { B = 0, F = 0 } = assertShape(mel, `B F ${config.nMels}`)
      invariant(F % tokenStride === 0, `${F} frames do not divide by ${tokenStride}`)
      const input = tf.reshape(tf.concat([mel, controls], 2), [B * F, config.nMels + CONTROL_WIDTH]) as Tensor2D
      const frames = chain(encoderBlocks, tf.reshape(encoderIn(input), [B, F, encoderWidth]))
      const tokens = F / tokenStride
      const pooled = encoderPool(tf.reshape(frames, [B * tokens, tokenStride * encoderWidth]) as Tensor2D)
      const deep = chain(tokenBlocks, tf.reshape(pooled, [B, tokens, tokenWidth]))
      const latent = encoderOut(encoderNorm(tf.reshape(deep, [B * tokens, tokenWidth]) as Tensor2D))
      return tf.div(tf.sub(latent, latentMean), latentScale) as Tensor2D
    },
    trackLatent(latent, share) {
      tf.tidy(() => {
        const mean = tf.mean(latent, 0)
        const spread = tf.sqrt(tf.mean(tf.square(tf.sub(latent, mean))))
        latentMean.assign(tf.add(latentMean, tf.mul(tf.mul(mean, latentScale), share)) as never)
        latentScale.assign(tf.mul(latentScale, tf.pow(tf.maximum(spread, 1e-3), share)) as never)
      })
    },
    decode(latent, hasTokens, controls) {
      const { B = 0, F = 0 } = assertShape(controls, `B F ${CONTROL_WIDTH}`)
      const tokens = F / tokenStride
      const flag = tf.reshape(tf.tile(tf.expandDims(hasTokens, 1), [1, tokens, 1]), [B * tokens, 1])
      const given = tf.concat([tf.mul(latent, flag), flag], 1) as Tensor2D
      const wide = latentBlock(tf.reshape(latentIn(given), [B, tokens, tokenWidth]))
      const fromTokens = tf.reshape(unpool(tf.reshape(wide, [B * tokens, tokenWidth]) as Tensor2D), [B, F, decoderWidth])
      const fromControls = tf.reshape(controlIn(tf.reshape(controls, [B * F, CONTROL_WIDTH]) as Tensor2D), [B, F, decoderWidth])
      const deep = chain(decoderBlocks, tf.add(fromTokens, fromControls))
      const last = decoderNorm(tf.reshape(deep, [B * F, decoderWidth]) as Tensor2D)
      return {
        envelope: heads.envelope(last),
        deviation: heads.deviation(last),
        noise: tf.sub(heads.noise(last), 3) as Tensor2D, // starts 26 dB below the harmonics
        trim: tf.mul(tf.tanh(heads.trim(last)), 0.7) as Tensor2D,
      }
    },
  }
}
