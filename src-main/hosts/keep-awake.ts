import type { Job, PushEvents } from '#contract/api.ts'
import type { TrainingReport } from '#contract/host-messages.ts'
import type { Logger } from '#main/foundation/logger.ts'
import type { Services } from '#main/services/create-services.ts'
import { spawn, type ChildProcess } from 'node:child_process'

/** The system's own program that keeps it awake while this process lives; null where there is none. */
export const findAwakeCommand = (platform: NodeJS.Platform, pid: number): readonly [string, ...string[]] | null => {
  if (platform === 'darwin') return ['caffeinate', '-i', '-w', String(pid)]
  if (platform !== 'linux') return null
  const watch = `while kill -0 ${pid} 2>/dev/null; do sleep 5; done`
  return ['systemd-inhibit', '--what=sleep:idle', '--who=Fiddlehead', '--why=A voice is being trained', '--mode=block', 'sh', '-c', watch]
}

/** Keeps the computer from sleeping. Where that cannot be done, the log says so once and training goes on. */
export const createKeepAwake = (
  logger: Pick<Logger, 'warn'>,
  command = findAwakeCommand(process.platform, process.pid),
): { hold(isHeld: boolean): void } => {
  let child: ChildProcess | null = null
  let isImpossible = false
  const giveUp = (fields: Record<string, unknown>): void => {
    child = null
    if (!isImpossible) logger.warn('The computer cannot be kept awake from here; set its sleep settings for the night.', fields)
    isImpossible = true
  }
  return {
    hold(isHeld) {
      if (!isHeld) {
        child?.kill()
        child = null
        return
      }
      if (child !== null || isImpossible) return
      if (command === null) {
        giveUp({ platform: process.platform })
        return
      }
      const [program, ...args] = command
      const started = spawn(program, args, { stdio: 'ignore' })
      child = started
      started.on('error', (error) => giveUp({ program, error: error.message }))
      started.on('exit', (code) => {
        // Ended by itself while it was needed: the system refused.
        if (child === started) giveUp({ program, code })
      })
    },
  }
}

const describeEnd = ({ status, error }: Job): TrainingReport['ended'] => {
  if (status === 'succeeded') return { title: 'The new voice is ready', body: 'Listen to it without names, then decide.' }
  if (status === 'failed' || (status === 'paused' && error !== null))
    return { title: error?.message ?? 'Training failed', body: error?.remedy ?? '' }
  return null
}

/** Tells how training goes, at each of its pushes. */
export const followTraining = (pushes: Services['pushes'], tell: (report: TrainingReport) => void): void => {
  const running = new Map<string, number>()
  pushes.subscribe((event, payload) => {
    if (event !== 'jobs.changed') return
    const job = payload as PushEvents['jobs.changed']
    if (job.kind !== 'finetune') return
    const wasRunning = running.delete(job.id)
    if (job.status === 'running') running.set(job.id, job.progress)
    if (!wasRunning && job.status !== 'running') return
    const [progress = null] = running.values()
    tell({ type: 'training', progress, ended: describeEnd(job) })
  })
}
