/** The command line: `npm run -s fiddlehead -- <command>`. Each command loads what it needs when it runs, so help is instant. */
import { runCommandLine } from './command-line.ts'

// Whoever reads our output may stop reading (`… | head`): nothing is left to say then, and nothing is wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await runCommandLine(process.argv)
