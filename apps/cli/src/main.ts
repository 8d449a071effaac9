/** lunkit: what bin/lunkit.js starts. */
import { machineClock } from './clock.ts'
import { foundFile } from './found-file.ts'
import { nodeData } from './node-data.ts'
import { nodeTerminal } from './node-terminal.ts'
import { processEnded } from './process-ended.ts'
import { run } from './run.ts'
import { beforeProcessEnds } from './screen/terminal-device.ts'

// Who reads may go away (lunkit ls | head -1): that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
const [, calledAs = 'lunkit', ...args] = process.argv
const keyboard = process.stdin.isTTY ? { input: process.stdin, output: process.stdout } : undefined
const isWhole = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb'
const device = isWhole ? { input: process.stdin, output: process.stdout, beforeEnd: beforeProcessEnds } : undefined
process.exitCode = await run(args, {
  calledAs,
  environment: process.env,
  terminal: nodeTerminal,
  found: foundFile,
  device,
  keyboard,
  clock: machineClock,
  data: nodeData,
  ended: processEnded,
})
