/** lunkit: what bin/lunkit.js starts. */
import { foundFile } from './found-file.ts'
import { nodeTerminal } from './node-terminal.ts'
import { processEnded } from './process-ended.ts'
import { run } from './run.ts'

// Who reads may go away (lunkit ls | head -1): that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
const [, calledAs = 'lunkit', ...args] = process.argv
const keyboard = process.stdin.isTTY ? { input: process.stdin, output: process.stdout } : undefined
process.exitCode = await run(args, {
  calledAs,
  environment: process.env,
  terminal: nodeTerminal,
  found: foundFile,
  keyboard,
  ended: processEnded,
})
