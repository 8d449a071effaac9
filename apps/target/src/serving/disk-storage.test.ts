import { parseConfiguration, planServing } from '@lunkit/config'
import type * as Lunkit from 'lunkit'
import type { Storage, Store, Verification } from 'lunkit'
import { describe, expect, it, vi } from 'vitest'
import { MountMemory } from '../state/mount-memory.ts'
import { StateStore } from '../state/state-store.ts'
import { saveConfig } from '../testing/save-config.ts'
import { DiskFaults } from './disk-faults.ts'
import { diskStorage } from './disk-storage.ts'

const verifications = vi.hoisted(() => [] as Verification[])
vi.mock('lunkit', async original => ({
  ...(await original<typeof Lunkit>()),
  verified: (disk: Storage, verification: Verification) => {
    verifications.push(verification)
    return disk
  },
}))

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const rd = { plugin: 'ramdisk', name: 'rd0', size: 1_048_576, wwn: WWN }

interface Said {
  readonly level: string
  readonly text: string
}

/** The disk of a storage object, and what is said of it. */
function diskOf(given: object, settings?: object) {
  const object = { ...rd, ...given }
  const storage_object = `/backstores/${object.plugin}/${object.name}`
  const lunkit = settings && { storage_objects: [{ storage_object, ...settings }] }
  const [plan] = planServing(parseConfiguration(saveConfig([object], {}, { lunkit }))).storage
  if (!plan) throw new Error('the storage object is not served')
  const lines: Said[] = []
  const log = Object.fromEntries(
    ['info', 'warn', 'error'].map(level => [level, (_facts: object, text: string) => lines.push({ level, text })]),
  ) as never
  const state = StateStore.inMemory('/saveconfig.json')
  const mounts = new MountMemory({ kept: state.mounts, log })
  const faults = new DiskFaults({ kept: state.faults, log })
  return { disk: diskStorage(plan, { log, mounts, faults, refused: new Map() }), lines }
}

/** What the unit of a storage object is told, where its store can do this. */
async function unitOf(object: object, features = { discard: true, discardsToZeroes: true }) {
  const { disk, lines } = diskOf(object)
  const unit = disk.unit({ features } as unknown as Store)
  return { unit, attributes: unit.attributes, warnings: lines.filter(({ level }) => level === 'warn') }
}

describe('a disk is opened with what its storage object says:', () => {
  it('the defaults of LIO for memory', async () => {
    expect((await unitOf({})).attributes).toStrictEqual({
      blockSizeBytes: 512,
      physicalBlockBytes: 512,
      removable: false,
      emulateModelAlias: false,
      emulateFuaWrite: true,
      emulateWriteCache: false,
      emulateTas: true,
      emulateTpu: false,
      emulateTpws: false,
      emulateCaw: true,
      emulatePr: true,
      emulateRsoc: true,
      isNonrot: true,
      queueDepth: 128,
      unmapZeroesData: false,
    })
  })

  it.each([
    ['block_size', { block_size: 4096 }, { blockSizeBytes: 4096, physicalBlockBytes: 4096 }],
    ['emulate_model_alias', { emulate_model_alias: 1 }, { emulateModelAlias: true }],
    ['emulate_fua_write', { emulate_fua_write: 0 }, { emulateFuaWrite: false }],
    ['emulate_write_cache', { emulate_write_cache: 1 }, { emulateWriteCache: true }],
    ['emulate_tas', { emulate_tas: 0 }, { emulateTas: false }],
    ['emulate_tpu', { emulate_tpu: 1 }, { emulateTpu: true, emulateTpws: false }],
    ['emulate_tpws', { emulate_tpws: 1 }, { emulateTpu: false, emulateTpws: true }],
    ['emulate_caw', { emulate_caw: 0 }, { emulateCaw: false }],
    ['emulate_pr', { emulate_pr: 0 }, { emulatePr: false }],
    ['emulate_rsoc', { emulate_rsoc: 0 }, { emulateRsoc: false }],
    ['is_nonrot', { is_nonrot: 0 }, { isNonrot: false }],
    ['queue_depth', { queue_depth: 7 }, { queueDepth: 7 }],
    ['unmap_zeroes_data', { unmap_zeroes_data: 1, emulate_tpu: 1 }, { unmapZeroesData: true }],
    ['optimal_sectors, in sectors of 512 bytes', { optimal_sectors: 64, block_size: 4096 }, { optimalSectors: 8 }],
    ['max_unmap_lba_count', { max_unmap_lba_count: 11 }, { maxUnmapLbaCount: 11 }],
    ['max_unmap_block_desc_count', { max_unmap_block_desc_count: 12 }, { maxUnmapBlockDescCount: 12 }],
    ['unmap_granularity', { unmap_granularity: 13 }, { unmapGranularity: 13 }],
    ['unmap_granularity_alignment', { unmap_granularity_alignment: 14 }, { unmapGranularityAlignment: 14 }],
    ['max_write_same_len', { max_write_same_len: 15 }, { maxWriteSameLen: 15 }],
  ])('%s', async (_what, attributes, expected) => {
    const { attributes: told, warnings } = await unitOf({ attributes })
    expect(told).toMatchObject(expected)
    expect(warnings).toEqual([])
  })

  it('its serial number', async () => {
    expect((await unitOf({})).unit?.identity).toEqual({ serial: WWN })
  })

  it('no UNMAP where its file system cannot give space back, which is said', async () => {
    const attributes = { emulate_tpu: 1, emulate_tpws: 1, unmap_zeroes_data: 1 }
    const told = await unitOf({ attributes }, { discard: false, discardsToZeroes: false })
    expect(told.attributes).toMatchObject({ emulateTpu: false, emulateTpws: false, unmapZeroesData: false })
    expect(told.warnings.map(({ text }) => text)).toEqual([
      'ramdisk/rd0 is served without UNMAP: its file system cannot give space back',
    ])
  })

  it.each([{ emulate_tpu: 1 }, { emulate_tpws: 1 }])(
    'no UNMAP where only one way of it is asked for, which is said too: %o',
    async attributes => {
      const { warnings } = await unitOf({ attributes }, { discard: false, discardsToZeroes: true })
      expect(warnings.map(({ text }) => text)).toEqual([expect.stringContaining('is served without UNMAP')])
      expect((await unitOf({}, { discard: false, discardsToZeroes: true })).warnings).toEqual([])
    },
  )

  it('no zeroes after UNMAP where it leaves what was there', async () => {
    const attributes = { emulate_tpu: 1, unmap_zeroes_data: 1 }
    const told = await unitOf({ attributes }, { discard: true, discardsToZeroes: false })
    expect(told.attributes).toMatchObject({ emulateTpu: true, unmapZeroesData: false })
    expect(told.warnings).toEqual([])
  })
})

describe('where the checksums of a disk are that is verified, and whose they are', () => {
  const FILE = '/nowhere/a.img'
  const fileio = { plugin: 'fileio', name: 'a', dev: FILE, size: 1_048_576 }
  const beside = { path: `${FILE}.verify`, identity: WWN, blockBytes: 512 }

  const device = { plugin: 'block', name: 'b', dev: '/dev/none' }

  it.each([
    ['beside its file', fileio, {}, beside],
    ['in its blocks', { ...fileio, attributes: { block_size: 4096 } }, {}, { ...beside, blockBytes: 4096 }],
    ['in a file that is named', fileio, { verify_path: '/b' }, { ...beside, path: '/b' }],
    ['in a file that is named, for a device', device, { verify_path: '/b' }, { path: '/b', identity: WWN }],
  ])('%s', async (_what, object, settings, expected) => {
    verifications.length = 0
    const { disk } = diskOf(object, { verify: true, ...settings })
    await expect(disk.open({} as never)).rejects.toThrow(': open: ')
    expect(verifications).toStrictEqual([expected])
  })

  it.each([
    [{}, 'ramdisk/rd0 is in memory: there is nothing that verify could compare it with'],
    [device, 'block/b is a device: verify_path says in which file its checksums are'],
  ])('nobody knows of %o', async (object, said) => {
    const { disk } = diskOf(object, { verify: true })
    await expect(disk.open({} as never)).rejects.toThrow(said)
  })
})
