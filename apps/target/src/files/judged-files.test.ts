import { parseConfiguration, planServing } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { saveConfig } from '../testing/save-config.ts'
import { type FileFacts, FileKind } from './file-look.ts'
import { judgeFiles } from './judged-files.ts'

const MIB = 1024 * 1024
const good: FileFacts = { kind: FileKind.regularFile, sizeBytes: MIB, identity: undefined, refusal: undefined }

/** What becomes of disks f0, f1, ... of which these facts are known, beside a RAM disk. */
async function judge(facts: readonly Partial<FileFacts>[], keys: object = { size: MIB }, rest: object = {}) {
  const files = facts.map((_facts, index) => ({
    plugin: 'fileio',
    name: `f${index}`,
    dev: `/srv/${index}.img`,
    ...keys,
  }))
  const rd = { plugin: 'ramdisk', name: 'rd0', size: MIB }
  const plan = planServing(parseConfiguration(saveConfig([...files, rd], {}, rest)))
  const judged = await judgeFiles(plan, {
    look: async path => ({ ...good, ...facts[Number(/\d/.exec(path)?.[0])] }),
  })
  return { ...judged, keys: judged.plan.storage.map(({ key }) => key), why: judged.refused.map(({ why }) => why) }
}

describe('a file is looked at before it is a disk:', () => {
  it.each<[string, Partial<FileFacts>, string]>([
    ['a directory', { kind: FileKind.directory }, 'it is a directory; give the path of a regular file'],
    [
      'a character device',
      { kind: FileKind.characterDevice },
      'it is a character device; give the path of a regular file',
    ],
    ['a socket', { kind: FileKind.socket }, 'it is a socket; give the path of a regular file'],
    ['a pipe', { kind: FileKind.pipe }, 'it is a pipe; give the path of a regular file'],
    [
      'a link to nothing',
      { kind: FileKind.danglingLink },
      'it is a symbolic link that leads nowhere; give the path of a regular file',
    ],
    [
      'in no directory',
      { kind: FileKind.missingDirectory },
      'its directory does not exist, or is none; create it, or give another path',
    ],
    ['out of reach', { kind: FileKind.unknown, refusal: 'ELOOP' }, 'the system says ELOOP'],
    ['forbidden', { refusal: 'EACCES' }, 'permission is denied to this user (EACCES)'],
    ['read-only', { refusal: 'EROFS' }, 'its file system is mounted read-only (EROFS)'],
    [
      'missing where nothing may be created',
      { kind: FileKind.missing, refusal: 'EACCES' },
      'it does not exist and cannot be created: permission is denied to this user (EACCES)',
    ],
  ])('one that is %s is none, and why', async (_what, facts, why) => {
    const judged = await judge([facts, {}])
    expect(judged.keys).toEqual(['fileio/f1', 'ramdisk/rd0'])
    expect(judged.refused).toEqual([
      { key: 'fileio/f0', path: 'storage_objects[0]', why: `cannot open /srv/0.img: ${why}` },
    ])
    expect(judged.plan.targets[0]?.groups[0]).toMatchObject({
      luns: [{ lun: 1 }, { lun: 2 }],
      unserved: [{ lun: 0, why: `cannot open /srv/0.img: ${why}` }],
      demoMode: { luns: [{ lun: 1 }, { lun: 2 }] },
    })
  })

  it('one that is missing is created where the file says its size, else it is none', async () => {
    expect((await judge([{ kind: FileKind.missing }])).why).toEqual([])
    expect((await judge([{ kind: FileKind.missing }], {})).why).toEqual([
      'cannot open /srv/0.img: it does not exist, and no size was given to create it with; ' +
        'give a size, or the path of an existing file',
    ])
    expect((await judge([{ kind: FileKind.missing }], { size: 0 })).why).toHaveLength(1)
  })

  it('one that is missing, or too short, is none where nothing may be created', async () => {
    const forbidden = { lunkit: { create_files: false } }
    expect((await judge([{ kind: FileKind.missing }], { size: MIB }, forbidden)).why).toEqual([
      'cannot open /srv/0.img: it does not exist, and may not be created (create); ' +
        'mount what it should lie on, or make it yourself',
    ])
    expect((await judge([{ sizeBytes: 512 }], { size: MIB }, forbidden)).why).toEqual([
      `cannot open /srv/0.img: the file has 512 bytes and ${MIB} are asked for, and it may not be made longer (create)`,
    ])
    expect((await judge([{}, { sizeBytes: 2 * MIB }], { size: MIB }, forbidden)).why).toEqual([])
    expect((await judge([{ sizeBytes: 0 }], {}, forbidden)).why).toEqual([
      'cannot open /srv/0.img: it has 0 bytes, which hold no block of 512 bytes; right is 512 or more',
    ])
  })

  it('one that is missing because nothing is mounted there is not created', async () => {
    const lostMount = '/srv was a mount before (/dev/vdb1, xfs) and is none now'
    expect((await judge([{ kind: FileKind.missing, lostMount }])).why).toEqual([
      `cannot open /srv/0.img: it does not exist, and ${lostMount}, so that nothing is created there`,
    ])
  })

  it.each([
    [511, undefined, 512, 'it has 511 bytes, which hold no block of 512 bytes; right is 512 or more'],
    [0, undefined, 512, 'it has 0 bytes, which hold no block of 512 bytes; right is 512 or more'],
    [4095, undefined, 4096, 'it has 4095 bytes, which hold no block of 4096 bytes; right is 4096 or more'],
    [MIB, 2048, 4096, 'its size is to be 2048 bytes, which hold no block of 4096 bytes; right is 4096 or more'],
  ])(
    'one of %i bytes, of which %s are to be a disk with blocks of %i, holds none',
    async (sizeBytes, size, block_size, why) => {
      const { why: said } = await judge([{ sizeBytes }], {
        ...(size !== undefined && { size }),
        attributes: { block_size },
      })
      expect(said).toEqual([`cannot open /srv/0.img: ${why}`])
    },
  )

  it.each([
    [MIB + 100, 4096],
    [512, 512],
    [6144, 4096],
  ])('one of %i bytes is a disk with blocks of %i, as far as they go', async (sizeBytes, block_size) => {
    expect((await judge([{ sizeBytes }], { attributes: { block_size } })).why).toEqual([])
  })

  it('one that another disk has already, by whatever path, is none', async () => {
    const judged = await judge([{ identity: '1:7' }, { identity: '1:8' }, { identity: '1:7' }])
    expect(judged.keys).toEqual(['fileio/f0', 'fileio/f1', 'ramdisk/rd0'])
    expect(judged.why).toEqual([
      'cannot open /srv/2.img: it is the file of fileio/f0, storage_objects[0] already (by a link); ' +
        'two disks on one file destroy each other',
    ])
  })

  it('one that cannot be a disk takes its file from nobody', async () => {
    const both = [{ identity: '1:7', sizeBytes: 100 }, { identity: '1:7' }]
    expect((await judge(both, {})).keys).toEqual(['fileio/f1', 'ramdisk/rd0'])
  })

  it('one that is open as the plan says is not looked at', async () => {
    const files = [0, 1].map(at => ({ plugin: 'fileio', name: `f${at}`, dev: `/srv/${at}.img`, size: MIB }))
    const plan = planServing(parseConfiguration(saveConfig(files)))
    const looked: string[] = []
    const look = async (path: string) => {
      looked.push(path)
      return { ...good, kind: FileKind.directory }
    }
    const judged = await judgeFiles(plan, { look, open: new Set(plan.storage.slice(0, 1)) })
    expect(looked).toEqual(['/srv/1.img'])
    expect(judged.plan.storage.map(({ key }) => key)).toEqual(['fileio/f0'])
  })
})
