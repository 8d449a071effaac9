/** What a stranger's project does with the packages. */

/** Serves memory and files, and uses them as an initiator; prints what it has read. */
export const PROGRAM = `
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createTarget, fileio, openBlockDevice, ramdisk } from 'lunkit'

const directory = mkdtempSync(join(tmpdir(), 'project-'))
const file = (name, writeBack) => fileio({ path: join(directory, name), sizeBytes: 1024 * 1024, writeBack })
const luns = [ramdisk({ sizeBytes: 1024 * 1024 }), file('back.img', true), file('through.img', false)]
const target = await createTarget({ luns })
const session = await connect(target.address)
for (const lun of luns.keys()) {
  const disk = await openBlockDevice(session.lun(lun))
  await disk.write(8192, Buffer.alloc(4096, 'LUN ' + lun + ' was written. '))
  await disk.flush()
  console.log(Buffer.from(await disk.read(8192, 512)).toString('latin1', 0, 17))
}
await session.close()
console.log('closed', await target.close())
rmSync(directory, { recursive: true })
`

/** What it prints. */
export const PROGRAM_OUTPUT = `LUN 0 was written
LUN 1 was written
LUN 2 was written
closed []
`

/** The same in TypeScript, and a store's test under somebody else's vitest: only compiled. */
export const TYPED = `
import { createRamdisk } from '@lunkit/backstores'
import { storeCompliance } from '@lunkit/backstores/compliance'
import { parseConfiguration } from '@lunkit/config'
import { connect, createTarget, type LunkitTarget, openBlockDevice, ramdisk } from 'lunkit'
import * as vitest from 'vitest'

storeCompliance('ramdisk', ({ sizeBytes }) => createRamdisk({ name: 'disk0', sizeBytes }), vitest)

export async function firstBytes(): Promise<Uint8Array> {
  const target: LunkitTarget = await createTarget({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
  const session = await connect(target.address)
  const disk = await openBlockDevice(session.lun(0))
  return disk.read(0, 512)
}

export const parse: (text: string) => unknown = parseConfiguration
`

/** A store's test under another test runner. */
export const complianceUnder = (runner: string): string => `
import { createRamdisk } from '@lunkit/backstores'
import { storeCompliance } from '@lunkit/backstores/compliance'
import * as runner from '${runner}'

storeCompliance('ramdisk', ({ sizeBytes }) => createRamdisk({ name: 'disk0', sizeBytes }), runner)
`
