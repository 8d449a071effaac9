/** Serves what lies at a web server as a disk that is read-only, by a store of one's own: node custom-store.ts URL */
import { once } from 'node:events'
import { createTarget } from 'lunkit'
import { httpDisk } from './http-store.ts'

const [url] = process.argv.slice(2)
if (url === undefined) throw new Error('a URL is needed')
await using target = await createTarget({ luns: [httpDisk(url, '6d0f5a52-5f0b-4a3e-9c0e-2f5b7c1d8e90')] })
console.log(target.url())
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
