import type { TaskHandlers } from '../runner/runner.ts'

/** Every task that the compute process and the command line can run. Each loads what it needs, no more. */
export const TASK_HANDLERS: TaskHandlers = {
  render: async () => {
    const { createRenderHandler } = await import('./render.ts')
    const { renderEngine } = await import('./default-render-engine.ts')
    return createRenderHandler(renderEngine)
  },
  'compare-voices': async () => {
    const { createCompareVoicesHandler } = await import('./compare-voices.ts')
    const { renderEngine } = await import('./default-render-engine.ts')
    return createCompareVoicesHandler(renderEngine)
  },
  'blend-voice': async () => (await import('./blend-voice.ts')).blendVoiceHandler,
  describe: async () => {
    const { createDescribeHandler } = await import('./describe.ts')
    const { describeMachine } = await import('./describe-machine.ts')
    return createDescribeHandler(describeMachine)
  },
  compose: async () => (await import('./compose.ts')).composeHandler,
  warm: async () => (await import('./warm.ts')).warmHandler,
  resynthesize: async () => (await import('./resynthesize.ts')).resynthesizeHandler,
  'evaluate-ears': async () => (await import('./evaluate-ears.ts')).evaluateEarsHandler,
  'evaluate-cleaning': async () => (await import('./evaluate-cleaning.ts')).evaluateCleaningHandler,
  'evaluate-captions': async () => (await import('./evaluate-cleaning.ts')).evaluateCaptionsHandler,
  'evaluate-codec': async () => (await import('./evaluate.ts')).evaluateCodecHandler,
  'evaluate-violin': async () => (await import('./evaluate.ts')).evaluateViolinHandler,
  'evaluate-singing': async () => (await import('./evaluate.ts')).evaluateSingingHandler,
  'evaluate-voice': async () => (await import('./evaluate-voice.ts')).evaluateVoiceHandler,
  'evaluate-prompts': async () => (await import('./evaluate-voice-prompts.ts')).evaluatePromptsHandler,
  'evaluate-performance': async () => (await import('./evaluate-voice-performance.ts')).evaluatePerformanceHandler,
  'evaluate-mulan': async () => (await import('./evaluate-mulan.ts')).evaluateMulanHandler,
  'evaluate-experiment': async () => (await import('./evaluate-experiment.ts')).evaluateExperimentHandler,
  'bench-generate': async () => (await import('./bench-generate.ts')).benchGenerateHandler,
  'fit-clauses': async () => (await import('./fit-clauses.ts')).fitClausesHandler,
  'ship-hierarchy': async () => (await import('./ship-hierarchy.ts')).shipHierarchyHandler,
  corpus: async () => (await import('./corpus.ts')).corpusHandler,
  ship: async () => (await import('./ship.ts')).shipHandler,
  'embed-sounds': async () => (await import('./embed.ts')).embedSoundsHandler,
  'embed-words': async () => (await import('./embed.ts')).embedWordsHandler,
  'name-instrument': async () => (await import('./finetune-instrument.ts')).instrumentHandler,
  finetune: async () => (await import('./finetune.ts')).finetuneHandler,
  train: async () => (await import('./train.ts')).trainHandler,
}
