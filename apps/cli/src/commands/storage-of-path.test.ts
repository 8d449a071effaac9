import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

const TPG = '/iscsi/iqn.2026-11.com.example:disks/tpg1'
const HOST = 'iqn.1994-05.com.redhat:host1'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
  bench.files.set('/srv/lunkit/disk 0.img', { existed: true, sizeBytes: 1_048_576 })
  bench.files.set('/srv/disk1.img', { existed: true, sizeBytes: 2_097_152 })
  bench.files.set('/srv', { existed: true, sizeBytes: 4096, isOther: true })
  bench.files.set('/dev/sdb', { existed: true, isBlockDevice: true, sizeBytes: 0 })
  bench.files.set('/dev/sdc', { existed: true, isBlockDevice: true, isWriteProtected: true, sizeBytes: 0 })
})
beforeEach(async () => {
  await bench.restart()
  await bench.all('/iscsi create iqn.2026-11.com.example:disks')
})
afterAll(() => bench.close())

/** What the first object of a list of the document has. */
const storage = () => bench.model.configuration.storage_objects?.[0]

describe('a LUN of a path that is no node', () => {
  it('is one of a storage object that is made of the file, by its path, of its size', async () => {
    const { out, code } = await bench.line(`targetcli ${TPG}/luns create /srv/disk1.img`)
    expect({ out, code }).toEqual({ out: ['Created storage object srv-disk1.img.', 'Created LUN 0.'], code: 0 })
    expect(storage()).toMatchObject({
      ...{ plugin: 'fileio', name: 'srv-disk1.img', dev: '/srv/disk1.img', size: 2_097_152, write_back: false },
    })
    expect(bench.model.edited.slice(-2)).toEqual(['createFileio', 'createLun'])
  })

  it('is one of a storage object that is made of the device', async () => {
    const { out } = await bench.line(`targetcli ${TPG}/luns create /dev/sdb lun=7`)
    expect(out).toEqual(['Created storage object dev-sdb.', 'Created LUN 7.'])
    expect(storage()).toMatchObject({ plugin: 'block', name: 'dev-sdb', dev: '/dev/sdb', readonly: false })
    await bench.all(`${TPG}/luns create /dev/sdc`)
    expect(bench.model.configuration.storage_objects).toContainEqual(
      expect.objectContaining({ plugin: 'block', name: 'dev-sdc', readonly: true }),
    )
  })

  it('is mapped for an initiator, with a LUN of the TPG that is made too', async () => {
    await bench.all(`${TPG}/acls create ${HOST}`)
    const { out } = await bench.line(`targetcli ${TPG}/acls/${HOST} create 3 /srv/disk1.img`)
    expect(out).toEqual(['Created storage object srv-disk1.img.', 'Created LUN 0.', 'Created Mapped LUN 3.'])
  })

  it('is that of the newest node: @last is the LUN', async () => {
    const { out } = await bench.run([], { input: [`${TPG}/luns create /srv/disk1.img`, '@last', 'pwd'] })
    expect(out.at(-1)).toBe(`${TPG}/luns/lun0`)
  })

  it('is none where the file is one already, where it is none, and where its name cannot be; nothing has changed then', async () => {
    await bench.all('/backstores/fileio create d /srv/disk1.img')
    const before = bench.model.configuration
    const said = []
    for (const path of ['/srv', '/srv/disk1.img', '/srv/none.img', '"/srv/lunkit/disk 0.img"'])
      said.push((await bench.run([`targetcli`, `${TPG}/luns create ${path}`])).err)
    expect(said.map(([words]) => words)).toEqual(Array.from({ length: 4 }, () => 'storage object or path not valid'))
    expect(said.map(([, why]) => why)).toEqual([
      '/srv is no file and no block device; right is the path of one.',
      '/backstores/fileio/srv-disk1.img cannot have the file /srv/disk1.img, which is that of fileio/d; two disks on one file destroy each other; right is another file.',
      '/srv/none.img is no storage object, and no file that is there; right is one, such as /backstores/fileio/disk0.',
      expect.stringContaining('disk 0.img'),
    ])
    expect(bench.model.configuration).toBe(before)
  })
})
