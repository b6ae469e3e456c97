import { evaluateTranscription, formatTranscriptionReport } from '#main/evaluation/melody/evaluate-transcription.ts'
import type { TaskHandler } from '../runner/runner.ts'

/** Transcribes the committed hums and scores it against what was sung. Answers the report, and its lines for people. */
export const evaluateEarsHandler: TaskHandler = {
  run: async () => {
    const report = evaluateTranscription()
    return { report, text: formatTranscriptionReport(report) }
  },
}
