/** lunkitd: what bin/lunkitd.js starts. Loading it ends when lunkitd serves, or has ended. */
import { signalCatcher } from './signals/signal-catcher.ts'

// Before everything else is loaded, which takes a while: a signal that means nothing must not end the process.
signalCatcher.start()
// Who reads may go away (lunkitd | head -1). That ends nothing: what is told there is for whoever is still listening.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const { run } = await import('./run.ts')

const { promise: serving, resolve } = Promise.withResolvers<void>()
const ended = run(process.argv.slice(2), process.env, {
  out: line => process.stdout.write(`${line}\n`),
  err: line => process.stderr.write(`${line}\n`),
  serving: resolve,
}).then(code => process.exit(code))
await Promise.race([serving, ended])
