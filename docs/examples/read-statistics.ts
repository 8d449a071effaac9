/** What a target has counted: commands, bytes and how long they took, by disk and by initiator. */
import { connect, createTarget, ramdisk } from 'lunkit'

await using target = await createTarget({ luns: [ramdisk({ sizeBytes: 16 * 1024 * 1024 })] })
await using session = await connect(target.address)
for (let block = 0; block < 100; block++) await session.unit.write(block, Buffer.alloc(512, 'data'))
for (let block = 0; block < 50; block++) await session.unit.read(block, 1)

// Every block of numbers has rows with labels. It lies in shared memory, which another thread may read at any time.
const { units, nexuses } = target.statistics.snapshot()
for (const { labels, values } of units) {
  const { commands, bytes, duration } = values
  if (commands.read === 0) continue
  console.log(`${labels.unit}: ${commands.read} reads, ${commands.write} writes of ${bytes.write} bytes`)
  console.log(`  99 of 100 reads took less than ${(duration.read.quantile(0.99) * 1000).toFixed(2)} ms`)
}
for (const { labels, values } of nexuses)
  if (values.commands.read > 0) console.log(`${labels.initiator}: ${values.bytes.read} bytes read`)
