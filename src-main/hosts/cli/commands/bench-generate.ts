import { runTask } from '../run-task.ts'
import { printResult, type CommonOptions } from '../terminal.ts'

interface Report {
  readonly matmulGflops: number
  readonly rows: readonly { name: string; clipSeconds: number; seconds: number; realTimeFactor: number; residentMegabytes: number }[]
}

export const benchGenerate = async (options: CommonOptions & { readonly runs: number }): Promise<void> => {
  const report = (await runTask('bench-generate', { runs: options.runs })) as Report
  printResult(options, report, [
    `matrix products: ${report.matmulGflops.toFixed(0)} GFLOP/s`,
    ...report.rows.map(
      ({ name, seconds, realTimeFactor, residentMegabytes }) =>
        `${name}: ${seconds.toFixed(2)} s, real-time factor ${realTimeFactor.toFixed(2)}, ${residentMegabytes} MB resident`,
    ),
  ])
}
