import { describe, expect, it } from 'vitest'
import { type Restoring, restored } from './restored.ts'

const disk = (name: string, size: number) => ({ plugin: 'ramdisk', name, size, nullio: false, attributes: {} })
const target = (wwn: string) => ({ fabric: 'iscsi', wwn, tpgs: [] })
const [ONE, TWO] = ['iqn.2026-11.io.lunkit:one', 'iqn.2026-11.io.lunkit:two']

const served = JSON.stringify({
  fabric_modules: [],
  storage_objects: [disk('kept', 1_048_576), disk('both', 1_048_576)],
  targets: [target(ONE)],
})
const file = JSON.stringify({
  storage_objects: [disk('both', 2_097_152), disk('new', 2_097_152)],
  targets: [target(ONE), target(TWO)],
})

/** The disks with their sizes in MiB and the targets of what a file makes of what is served. */
async function after(restoring: Partial<Restoring>): Promise<readonly string[]> {
  const all = { path: 'file.json', clearsExisting: true, target: undefined, storageObject: undefined, ...restoring }
  const document = JSON.parse(await restored(served, file, all)) as {
    storage_objects: { name: string; size: number }[]
    targets: { wwn: string }[]
  }
  const disks = document.storage_objects.map(({ name, size }) => `${name} ${size / 2 ** 20}`)
  return [...disks, ...document.targets.map(({ wwn }) => wwn)].toSorted()
}

describe('a file that is restored', () => {
  it('takes the place of what has the same name, and leaves the rest', async () => {
    expect(await after({})).toEqual(['both 2', ONE, TWO, 'kept 1', 'new 2'])
  })

  it('brings the one storage object that was asked for', async () => {
    expect(await after({ storageObject: 'new', target: TWO })).toEqual(['both 1', ONE, TWO, 'kept 1', 'new 2'])
    expect(await after({ storageObject: 'both', target: ONE })).toEqual(['both 2', ONE, 'kept 1'])
  })

  it('brings none where none has that name', async () => {
    expect(await after({ storageObject: 'other', target: 'iqn.2026-11.io.lunkit:other' })).toEqual([
      'both 1',
      ONE,
      'kept 1',
    ])
  })

  it('is refused where it would take the place of what is there, and may not', async () => {
    await expect(after({ clearsExisting: false })).rejects.toThrow("storageobject 'ramdisk:both' exist not restoring")
    const onlyOne = { clearsExisting: false, storageObject: 'new', target: ONE }
    await expect(after(onlyOne)).rejects.toThrow(`target with wwn ${ONE} exist, not restoring`)
    expect(await after({ ...onlyOne, target: TWO })).toEqual(['both 1', ONE, TWO, 'kept 1', 'new 2'])
  })

  it('says which file is no configuration', async () => {
    const restoring = { path: '/etc/x.json', clearsExisting: true, target: undefined, storageObject: undefined }
    await expect(restored(served, '{', restoring)).rejects.toThrow('/etc/x.json is no configuration')
  })
})
