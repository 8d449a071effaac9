import { describe, expect, it } from 'vitest'
import { FakeDisk, type Plan } from '../testing/fake-disk.ts'
import { machineMark } from './machine-mark.ts'
import { openTaken } from './state-opening.ts'

const A = '/etc/lunkit/a.json'
const B = '/etc/lunkit/b.json'
const FILE = '/state/state.json'
const MOUNTS_FILE = '/state/mounts.json'
const target = 'iqn.2026-11.com.example:t'
const at = new Date('2026-11-28T12:00:00Z')

const mount = { mountPoint: '/srv/images', fileSystem: 'xfs', source: '/dev/vdb1' }
const serials = [
  { disk: 'ramdisk/rd0', configuration: A, serial: 'AA01' },
  { disk: 'fileio/d', file: '/srv/d.img', configuration: A, serial: 'AA02' },
]
const version1 = JSON.stringify({ format: 'lunkit-state', version: 1, machine: machineMark(), serials })
const version2 = (more: object) =>
  JSON.stringify({ format: 'lunkit-state', version: 2, sections: {}, configurations: {}, ...more })

/** Opens what is on a disk; answers what was said, too. */
async function open(disk: FakeDisk, configuration = A) {
  const said: string[] = []
  const say = (level: string) => (_facts: object, text: string) => said.push(`${level}: ${text}`)
  const log = { info: say('info'), warn: say('warn'), error: say('error') } as never
  return { state: await openTaken({ path: '/state', named: true, configuration }, log, disk), said }
}

/** What is on a disk after it was opened. */
const filesOf = (contents: Record<string, string>, plan?: Plan) => new FakeDisk(contents, plan)
const stored = (disk: FakeDisk) => JSON.parse(disk.contents[FILE] ?? '{}') as unknown

describe('a state of version 1', () => {
  it('is one of version 2 from its first start on, with the mounts that lay beside it', async () => {
    const files = { '/srv/images/a.img': mount }
    const disk = filesOf({ [FILE]: version1, [MOUNTS_FILE]: JSON.stringify({ files }) })
    const { state, said } = await open(disk)
    expect(said).toEqual([])
    expect([...state.mounts.values()]).toEqual([{ ...mount, file: '/srv/images/a.img' }])
    expect(stored(disk)).toEqual({
      format: 'lunkit-state',
      version: 2,
      machine: machineMark(),
      sections: {
        serials: { version: 1, entries: serials },
        mounts: { version: 1, entries: [{ ...mount, file: '/srv/images/a.img' }] },
      },
      configurations: { [A]: {} },
    })
    expect([...disk.names.keys()]).toEqual([FILE])
  })

  it('is served from, mounts too, where it cannot be written anew, and is written at the next start', async () => {
    const files = { '/srv/images/a.img': mount }
    const before = { [FILE]: version1, [MOUNTS_FILE]: JSON.stringify({ files }) }
    const calls = filesOf(before)
    await open(calls)
    // The first calls remove temporaries of three files and read two.
    for (let call = 5; call < calls.calls - 4; call++) {
      const disk = filesOf(before, { failures: new Map([[call, { code: 'ENOSPC', isDone: false }]]) })
      const { state, said } = await open(disk)
      expect(said).toEqual([
        `warn: ${FILE} cannot be written: its file system is full (ENOSPC). What the state had is used; the next start tries it again`,
      ])
      expect(state.serials.find({ disk: 'ramdisk/rd0', configuration: A })).toBe('AA01')
      expect([...state.mounts.values()]).toEqual([{ ...mount, file: '/srv/images/a.img' }])
      expect(disk.contents[MOUNTS_FILE]).toBe(before[MOUNTS_FILE])
      const next = filesOf(disk.contents)
      expect((await open(next)).said).toEqual([])
      expect([...next.names.keys()]).toEqual([FILE])
    }
  })

  it('has its mounts in the state where their file cannot be removed, which the next start does', async () => {
    const text = JSON.stringify({ files: { '/srv/images/a.img': mount } })
    const disk = filesOf({ [MOUNTS_FILE]: text })
    const rm = disk.rm.bind(disk)
    disk.rm = path =>
      path === MOUNTS_FILE ? Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' })) : rm(path)
    expect((await open(disk)).said).toEqual([
      expect.stringContaining(`warn: ${MOUNTS_FILE} cannot be removed: permission is denied`),
    ])
    const next = filesOf(disk.afterCrash(() => false))
    const { state, said } = await open(next)
    expect(said).toEqual([])
    expect([...state.mounts.values()]).toEqual([{ ...mount, file: '/srv/images/a.img' }])
    expect([...next.names.keys()]).toEqual([FILE])
  })

  it('whose mounts cannot be read in part has the others, and the file aside', async () => {
    const text = JSON.stringify({ files: { '/a.img': mount, '/b.img': { mountPoint: 7 }, '/c.img': null } })
    const disk = filesOf({ [MOUNTS_FILE]: text })
    const { state, said } = await open(disk)
    expect([...state.mounts.values()]).toEqual([{ ...mount, file: '/a.img' }])
    expect(said).toEqual([
      `error: ${MOUNTS_FILE} could not be used: 2 mounts of backing files in it cannot be read. It is kept as \
${MOUNTS_FILE}.aside; it is not known where all backing files were mounted`,
    ])
    expect(disk.contents[`${MOUNTS_FILE}.aside`]).toBe(text)
    expect((await open(filesOf(disk.contents))).said).toEqual([])
  })

  it.each(['', '{"files": []}', 'null'])('whose mounts are %j has none', async text => {
    const disk = filesOf({ [MOUNTS_FILE]: text })
    const { state, said } = await open(disk)
    expect([...state.mounts.values()]).toEqual([])
    expect(said).toEqual([expect.stringContaining('1 mounts of backing files in it cannot be read')])
  })
})

describe('two configurations that use one directory, one after the other,', () => {
  it('have port identifiers of their own, know disks by their files and faults together, and lose nothing', async () => {
    const disk = filesOf({ [FILE]: version1 })
    const one = (await open(disk)).state
    await one.ports.idOf(target, 1)
    await one.ports.idOf(target, 2)
    await one.faults.note('AA02', { at, fault: 'io' })
    await one.close()

    const { state: other, said } = await open(disk, B)
    expect(said).toEqual([
      `warn: /state has the state of ${A}, and none of ${B}: what is there stays there, and what is kept by configuration \
(relative port identifiers, serial numbers of disks in memory) begins anew; if the file was moved, right is its old place`,
    ])
    expect(await other.ports.idOf(target, 2)).toBe(1)
    expect(other.serials.find({ disk: 'ramdisk/rd0', configuration: B })).toBeUndefined()
    expect(other.serials.find({ disk: 'fileio/other', file: '/srv/d.img', configuration: B })).toBe('AA02')
    expect(other.faults.of('AA02')).toMatchObject({ fault: 'io' })
    await other.close()

    for (const configuration of [A, B]) expect((await open(disk, configuration)).said).toEqual([])
    const again = (await open(disk)).state
    expect(again.ports.find({ target, tag: 2 })).toBe(2)
    expect(again.serials.find({ disk: 'ramdisk/rd0', configuration: A })).toBe('AA01')
  })

  it('are named, three of them at the most', async () => {
    const paths = ['/1', '/2', '/3', '/4', '/5']
    const configurations = Object.fromEntries(paths.map(path => [path, {}]))
    const { said } = await open(filesOf({ [FILE]: version2({ configurations }) }))
    expect(said).toEqual([expect.stringContaining(`has the state of /1, /2, /3 and 2 others, and none of ${A}`)])
  })
})

describe('a part of the state that is damaged', () => {
  const ports = { version: 1, entries: [{ target, tag: 1, id: 5 }] }
  const faults = { version: 1, entries: [{ serial: 'AA02', at: at.toISOString(), fault: 'io' }] }

  it.each<[string, object, string]>([
    [
      'serial numbers of a later version',
      { sections: { faults, serials: { version: 2, entries: [] } }, configurations: { [A]: { ports } } },
      'its serial numbers are of version 2; this lunkitd knows version 1',
    ],
    [
      'serial numbers that are no section',
      { sections: { faults, serials: [] }, configurations: { [A]: { ports } } },
      'its serial numbers are no section',
    ],
    [
      'a port twice and a number twice',
      {
        sections: { faults },
        configurations: {
          [A]: {
            ports: {
              version: 1,
              entries: [...ports.entries, { target: target.toUpperCase(), tag: 1, id: 6 }, { target, tag: 2, id: 5 }],
            },
          },
        },
      },
      '2 relative port identifiers in it cannot be read',
    ],
    [
      'another configuration',
      { sections: { faults }, configurations: { [A]: { ports }, [B]: 7 } },
      `what it has of ${B} cannot be read`,
    ],
  ])('(%s) leaves the others alone; all of it is kept aside', async (_what, more, why) => {
    const text = version2(more)
    const disk = filesOf({ [FILE]: text })
    const { state, said } = await open(disk)
    expect(said).toEqual([
      expect.stringContaining(`error: a part of the state could not be used: ${why}. It is kept as ${FILE}.aside-1`),
    ])
    expect(disk.contents[`${FILE}.aside-1`]).toBe(text)
    expect(state.ports.find({ target, tag: 1 })).toBe(5)
    expect(state.faults.of('AA02')).toBeDefined()
    expect((await open(disk)).said).toEqual([])
  })

  it.each<[string, object, string]>([
    ['sections that are a list', { sections: [] }, 'its sections cannot be read'],
    ['configurations that are a text', { configurations: 'x' }, 'what it has of configurations cannot be read'],
  ])('(%s) is left out', async (_what, more, why) => {
    const { said } = await open(filesOf({ [FILE]: version2(more) }))
    expect(said).toEqual([expect.stringContaining(why)])
  })

  it('is there still when the state cannot be written after it was kept aside', async () => {
    const text = version2({ sections: { faults, serials: [] } })
    const whole = filesOf({ [FILE]: text })
    await open(whole)
    for (let crashAt = 0; crashAt < whole.calls; crashAt++) {
      const disk = filesOf({ [FILE]: text }, { crashAt })
      await Promise.race([open(disk), disk.crashed])
      const { state } = await open(filesOf(disk.afterCrash(() => false)))
      expect(state.faults.of('AA02')).toBeDefined()
    }
  })

  it('is kept aside by a copy where the file system has no links', async () => {
    const disk = filesOf({ [FILE]: 'damaged', [`${FILE}.aside-1`]: 'an earlier one' })
    disk.link = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }))
    expect((await open(disk)).said).toHaveLength(1)
    expect(disk.afterCrash(() => false)[`${FILE}.aside-2`]).toBe('damaged')
    expect(disk.contents[`${FILE}.aside-1`]).toBe('an earlier one')
  })
})

describe('what this version does not know', () => {
  it('stays where it is: sections, those of configurations, and what else there is', async () => {
    const reservations = { version: 9, entries: { any: 'thing' } }
    const configurations = { [A]: { reservations }, [B]: { ports: { version: 3 } } }
    const disk = filesOf({ [FILE]: version2({ sections: { alua: [1] }, configurations, later: true }) })
    const { state, said } = await open(disk)
    await state.ports.idOf(target, 1)
    expect(said).toEqual([])
    expect(stored(disk)).toEqual({
      format: 'lunkit-state',
      version: 2,
      machine: machineMark(),
      sections: { alua: [1] },
      configurations: {
        [A]: { reservations, ports: { version: 1, entries: [{ target, tag: 1, id: 1 }] } },
        [B]: { ports: { version: 3 } },
      },
      later: true,
    })
  })
})

describe('temporary files that a crash left', () => {
  it('are removed at the next start, and nothing else is', async () => {
    const others = ['/state/lock', '/state/.other.json.0123456789ab.temp']
    const disk = filesOf({
      '/state/.state.json.0123456789ab.temp': '{"for',
      '/state/.mounts.json.0123456789ab.temp': '',
      '/state/.reload.json.0123456789ab.temp': '{',
      ...Object.fromEntries(others.map(name => [name, ''])),
    })
    await open(disk)
    expect([...disk.names.keys()]).toEqual(others)
  })
})
