/** lunkit-exporter: what bin/lunkit-exporter.js starts. */
import { once } from 'node:events'
import { run } from './run.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`)

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  out: line(process.stdout),
  err: line(process.stderr),
  ended: async () => void (await Promise.race(SIGNALS.map(signal => once(process, signal)))),
})
