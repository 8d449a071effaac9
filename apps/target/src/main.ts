/** lunkitd: what bin/lunkitd.js starts. Loading it ends when lunkitd serves, or has ended. */
import { run } from './run.ts'

const { promise: serving, resolve } = Promise.withResolvers<void>()
const ended = run(process.argv.slice(2), process.env, {
  out: line => process.stdout.write(`${line}\n`),
  err: line => process.stderr.write(`${line}\n`),
  serving: resolve,
}).then(code => process.exit(code))
await Promise.race([serving, ended])
