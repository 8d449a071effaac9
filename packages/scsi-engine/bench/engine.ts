/**
 * What the device server itself costs a command: a store that does nothing at once, a transport that moves nothing.
 * Run: node --conditions=source packages/scsi-engine/bench/engine.ts
 */
import { atDepth, inPlace } from './idle-device.ts'

const ROUNDS = 1_000_000

const row = (what: string, nanoseconds: number) =>
  process.stdout.write(`${what.padEnd(40)} ${nanoseconds.toFixed(0)} ns\n`)
for (let round = 0; round < 3; round++) {
  row('TEST UNIT READY', inPlace('ready', ROUNDS))
  row('READ 4 KiB in place', inPlace('read', ROUNDS))
  row('WRITE 4 KiB in place', inPlace('write', ROUNDS))
  for (const depth of [32, 512]) {
    row(`READ 4 KiB, ${depth} under way`, atDepth('read', ROUNDS, depth))
    row(`WRITE 4 KiB, ${depth} under way`, atDepth('write', ROUNDS, depth))
  }
}
