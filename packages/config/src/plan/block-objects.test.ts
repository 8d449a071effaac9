import { describe, expect, it } from 'vitest'
import { difference } from '../difference/difference.ts'
import { parseConfiguration } from '../document.ts'
import { IQN, open, portals, texts } from '../testing/plan-beside.ts'
import { planServing } from './plan.ts'
import type { ServingPlan } from './serving-plan.ts'

const block = { name: 'b', plugin: 'block', dev: '/dev/disk/by-id/wwn-0x5', readonly: false, write_back: false }
/** What LIO writes of every device. */
const ofLio = { block_size: 4096, emulate_write_cache: 0, is_nonrot: 1, optimal_sectors: 256 }

/** A plan of these storage objects, a LUN each, where lunkit's own settings of block/b are these. */
function planOf(storage_objects: readonly (typeof block | object)[], own: object = {}): ServingPlan {
  const luns = storage_objects.map((each, index) => {
    const { plugin, name } = each as { plugin: string; name: string }
    return { index, storage_object: `/backstores/${plugin}/${name}` }
  })
  const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ tag: 1, attributes: open, luns, portals }] }]
  const lunkit = { storage_objects: [{ ...own, storage_object: '/backstores/block/b' }] }
  return planServing(parseConfiguration(JSON.stringify({ storage_objects, targets, lunkit })))
}

const why = ({ targets }: ServingPlan) =>
  targets.flatMap(({ groups }) => groups.flatMap(({ unserved }) => unserved.map(each => each.why)))

describe('a block storage object', () => {
  it('is a device with the size, the blocks and the medium that it has, past the page cache', () => {
    expect(planOf([block]).storage).toMatchObject([
      {
        ...{ plugin: 'block', file: block.dev, sizeBytes: undefined, direct: true, exclusive: true, writeBack: true },
        unit: { attributes: { blockSizeBytes: undefined, physicalBlockBytes: undefined, isNonrot: undefined } },
      },
    ])
  })

  it('has what its file says of blocks and medium, and the write cache of its device whatever the file says', () => {
    const attributes = { blockSizeBytes: 4096, isNonrot: true, optimalSectors: 32, emulateWriteCache: true }
    const { storage } = planOf([{ ...block, attributes: ofLio }])
    expect(storage).toMatchObject([{ writeBack: true, unit: { attributes } }])
  })

  it('is known by the name that files of old versions have', () => {
    expect(planOf([{ ...block, plugin: 'iblock' }]).storage).toMatchObject([{ key: 'block/b', plugin: 'block' }])
  })

  it('goes through the page cache, or shares its device with others, where that is said', () => {
    const { storage } = planOf([{ ...block, exclusive: false }], { direct: false })
    expect(storage).toMatchObject([{ direct: false, exclusive: false }])
  })

  it('is opened anew when it goes another way to its device', () => {
    const steps = difference(planOf([block]), planOf([block], { direct: false }))
    expect(steps.map(({ kind }) => kind)).toEqual(['unmapLun', 'replaceDisk', 'mapLun'])
  })

  it('is not served beside another storage object of its device, whatever plugin that has', () => {
    const file = { name: 'f', plugin: 'fileio', dev: block.dev }
    const [noDevice, noFile] = [planOf([file, block]), planOf([block, file])]
    const two = 'of storage_objects[0] already; two disks on one'
    expect(why(noDevice)).toEqual([`${block.dev} is the device ${two} device destroy each other`])
    expect(why(noFile)).toEqual([`${block.dev} is the file ${two} file destroy each other`])
  })

  it.each([
    ['no device', { dev: undefined }, 'dev is missing'],
    ['a relative path', { dev: 'sda' }, 'dev is "sda"'],
  ])('is not served with %s', (_what, keys, text) => {
    const plan = planOf([{ ...block, ...keys }])
    expect(plan.storage).toEqual([])
    expect(texts(plan, 'wrong').map(notice => notice.text)).toEqual([expect.stringContaining(text)])
  })
})
