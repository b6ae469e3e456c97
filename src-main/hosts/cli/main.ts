/** The command line: `npm run -s fiddlehead -- <command>`. Each command loads what it needs when it runs, so help is instant. */
import { runCommandLine } from './command-line.ts'

process.exitCode = await runCommandLine(process.argv)
