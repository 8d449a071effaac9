import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DiskEvent, fileio, type Step } from 'lunkit'
import { afterAll, describe, expect, it } from 'vitest'
import { step, TreeServer } from '../testing/tree-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-disk-steps-'))
afterAll(() => rmSync(directory, { recursive: true }))

const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }
const clear: Step = { kind: 'clearFault', disk: 'file' }
/** A file of which a flush failed before. */
const faulted: Step = {
  kind: 'openDisk',
  disk: 'file',
  storage: fileio({
    path: join(directory, 'faulted'),
    sizeBytes: 65_536,
    identity: { serial: 'file' },
    flushFailure: { cause },
  }),
}

describe('the fault of a disk', () => {
  it('holds after the file was opened with it, and is cleared while it serves, which its listener hears', async () => {
    const heard: [string, DiskEvent['kind']][] = []
    await using tree = await TreeServer.start({ diskListener: (disk, { kind }) => heard.push([disk, kind]) })
    await tree.apply(faulted, step.map(1, 'file'))
    await using session = await tree.connect()
    const unit = session.lun(1)
    await unit.ready()
    expect(tree.server.tree.disk('file')?.store.flushFailure).toEqual({ cause })
    await expect(unit.write(0, Buffer.alloc(512, 7))).rejects.toMatchObject({ senseName: 'writeError' })
    await tree.apply(clear)
    await unit.ready()
    await unit.write(0, Buffer.alloc(512, 7))
    await unit.synchronizeCache()
    expect(await unit.read(0, 1)).toEqual(Buffer.alloc(512, 7))
    expect(heard.filter(([, kind]) => kind === 'faultCleared')).toEqual([['fileio/file', 'faultCleared']])
  })

  it('stays where the change with it is not made', async () => {
    await using tree = await TreeServer.start()
    await tree.apply(faulted)
    await expect(tree.apply(clear, step.close('nobody'))).rejects.toThrow('there is no disk nobody')
    expect(tree.server.tree.disk('file')?.store.flushFailure).toEqual({ cause })
  })

  it('may be cleared where there is none', async () => {
    await using tree = await TreeServer.start()
    await tree.apply({ ...clear, disk: 'a' } as Step)
    expect(tree.server.tree.disk('a')?.store.flushFailure).toBeUndefined()
  })

  it('is not cleared of a disk that is not there, or not open', async () => {
    await using tree = await TreeServer.start()
    await expect(tree.apply(clear)).rejects.toThrow('clearFault file: there is no disk file; there is a')
    const storage = fileio({ path: '/nonexistent/disk', create: false })
    await tree.server.tree.apply([{ kind: 'openDisk', disk: 'file', storage }], { leaveOut: () => {} })
    await expect(tree.apply(clear)).rejects.toThrow('the disk file is not open, so that it has no fault to clear')
  })
})
