/** Copies a disk to another one, at any targets: node copy-a-disk.ts FROM-URL TO-URL */
import { connect, openBlockDevice } from '@lunkit/initiator'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) throw new Error('two URLs are needed: iscsi://HOST:PORT/TARGET/LUN')

const PIECE = 1024 * 1024
await using reading = await connect(from, { timeoutMs: 10_000 })
await using writing = await connect(to, { timeoutMs: 10_000 })
const source = await openBlockDevice(reading.unit)
const copy = await openBlockDevice(writing.unit)
if (copy.sizeBytes < source.sizeBytes) throw new RangeError(`${to} has ${copy.sizeBytes} of ${source.sizeBytes} bytes`)

// The next piece is read while the last is written.
let written = Promise.resolve()
for (let offset = 0; offset < source.sizeBytes; offset += PIECE) {
  const piece = await source.read(offset, Math.min(PIECE, source.sizeBytes - offset))
  await written
  written = copy.write(offset, piece)
}
await written
// What was acknowledged may be in a cache until now.
await copy.flush()
console.log(`${source.sizeBytes} bytes were copied`)
