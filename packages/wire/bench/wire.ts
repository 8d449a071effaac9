/** What the pieces cost: `node --conditions=source packages/wire/bench/wire.ts`, in nanoseconds, best of some rounds. */
import { bit, bits, bytes, crc32c, crc32cRange, dataView, layout, Slab, u8, u24, u32, u64 } from '@lunkit/wire'

const ROUNDS = 15
const HEADERS = 1000

const Header = layout({
  name: 'Header',
  spec: 'RFC 7143 11.3',
  size: 48,
  fields: {
    opcode: bits(0, [5, 0]),
    immediate: bit(0, 6),
    final: bit(1, 7),
    read: bit(1, 6),
    ahsWords: u8(4),
    dataLength: u24(5),
    lun: u64(8),
    tag: u32(16),
    length: u32(20),
    cmdSN: u32(24),
    statSN: u32(28),
    cdb: bytes(32, 16),
  },
})

let sink = 0

function measure(name: string, times: number, once: (i: number) => void): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < times; i++) once(i)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / times)
  }
  console.log(`${name.padEnd(40)} ${best.toFixed(1).padStart(8)} ns`)
}

const memory = Buffer.alloc(48 * HEADERS, 0x5a)
const view = dataView(memory)

measure('view, 8 fields', 1_000_000, i => {
  const header = Header.view(view, (i % HEADERS) * 48)
  const flags = (header.immediate ? 1 : 0) + (header.final ? 2 : 0)
  sink += header.opcode + flags + header.dataLength + header.tag + header.length + header.cmdSN + header.statSN
})
measure('compose, 8 fields', 1_000_000, i => {
  const header = Header.compose(view, (i % HEADERS) * 48)
  header.opcode = 1
  header.final = true
  header.read = true
  header.dataLength = 5
  header.tag = i
  header.length = 4096
  header.cmdSN = i
  header.statSN = i
})
measure('crc32c, 48 bytes', 300_000, i => {
  sink += crc32cRange(memory, (i % HEADERS) * 48, (i % HEADERS) * 48 + 48)
})
for (const lengthBytes of [512, 4096, 8192]) {
  const data = memory.subarray(0, lengthBytes)
  measure(`crc32c, ${lengthBytes} bytes`, 30_000, () => {
    sink += crc32c(data)
  })
}
const slab = new Slab({ sizeBytes: 64 << 20 })
measure('slab, take and release 4 KiB', 1_000_000, () => slab.take(4096)?.release())
measure('slab, take and release 64 KiB', 1_000_000, () => slab.take(65_536)?.release())
console.log(`(${sink})`)
