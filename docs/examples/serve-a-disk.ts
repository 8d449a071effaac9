/** Serves a file as a disk, until it is told to end: node serve-a-disk.ts FILE SIZE-IN-BYTES [HOST:PORT] */
import { once } from 'node:events'
import { createTarget, fileio } from 'lunkit'

const [path, sizeBytes, listen = '127.0.0.1:3260'] = process.argv.slice(2)
if (path === undefined || sizeBytes === undefined) throw new Error('FILE and SIZE-IN-BYTES are needed')
const [host = '', port] = listen.split(':')

const target = await createTarget({
  name: 'iqn.2026-11.com.example:disks',
  portal: { host, port: Number(port) },
  // Missing, it is made, sparse. Writes are complete when the page cache has them; SYNCHRONIZE CACHE and FUA reach the disk.
  luns: [fileio({ path, sizeBytes: Number(sizeBytes), writeBack: true })],
})
console.log(target.url())

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
// Lets commands end, flushes, and says which disks could not be.
const unflushed = await target.close()
console.log('closed', unflushed)
