import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as config from './index.ts'
import { unitSerial } from './names.ts'
import { lunCount } from './plan/lun-count.ts'
import { fileio } from './plugins/fileio.ts'
import { ramdisk } from './plugins/ramdisk.ts'
import { iscsiTargetKind, lunkitKind, nodeAclKind, tagKind, tpgKind } from './saveconfig.ts'
import type { Kind } from './schema/kind.ts'
import { describe as shown } from './schema/kind.ts'
import { Problems } from './schema/problem.ts'
import { disk, file, group, HOST, IQN, lunsOf, open, planOf, portals, rd, texts } from './testing/plan-beside.ts'

/** Which of some values a kind takes. */
const taken = <T>(kind: Kind<T>, values: readonly unknown[]): unknown[] =>
  values.filter(value => {
    const notes = new Problems()
    kind.read(value as never, { path: [], notes })
    return !notes.any
  })

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

describe('the largest that a configuration may hold, and the smallest,', () => {
  it('are taken: numbers of ports, LUNs and TPGs', () => {
    const edges = [-1, 0, 65_535, 65_536]
    const portal = (port: number) => ({ portals: [{ ip_address: '10.0.0.5', port }] })
    expect(edges.filter(port => taken(tpgKind, [portal(port)]).length > 0)).toEqual([0, 65_535])
    const lun = (index: number) => ({ luns: [{ index, storage_object: 'x' }] })
    expect(edges.filter(index => taken(tpgKind, [lun(index)]).length > 0)).toEqual([0, 65_535])
    const mapped = (index: number, tpg_lun: number) => ({ node_wwn: HOST, mapped_luns: [{ index, tpg_lun }] })
    expect(edges.filter(edge => taken(nodeAclKind, [mapped(edge, 0)]).length > 0)).toEqual([0, 65_535])
    expect(edges.filter(edge => taken(nodeAclKind, [mapped(0, edge)]).length > 0)).toEqual([0, 65_535])
    expect(taken(tagKind, edges)).toEqual([0, 65_535])
    expect(config.parsePortal('127.0.0.1:65535')).toEqual({ host: '127.0.0.1', port: 65_535 })
    expect(config.formatPortal({ host: '::', port: 65_535 })).toBe('[::]:65535')
    expect(config.formatPortal({ host: '127.0.0.1', port: 0 })).toBe('127.0.0.1:0')
    expect(() => config.formatPortal({ host: '::', port: 65_536 })).toThrow('port is 65536')
  })

  it('are taken: names and serial numbers', () => {
    const name = (bytes: number) => `iqn.2026-11.com.example:${'a'.repeat(bytes - 24)}`
    expect([223, 224].map(bytes => config.isIscsiName(name(bytes)))).toEqual([true, false])
    expect(taken(iscsiTargetKind, [{ fabric: 'iscsi', wwn: name(223) }])).toHaveLength(1)
    expect(taken(unitSerial, ['a', 'a'.repeat(253), 'a'.repeat(254), '', '  '])).toEqual(['a', 'a'.repeat(253)])
    const alias = (bytes: number) => group(planOf({ tpg: { parameters: { TargetAlias: 'a'.repeat(bytes) } } })).offers
    expect([255, 256].map(bytes => alias(bytes).TargetAlias?.length)).toEqual([255, 10])
  })

  it('are taken: sizes', () => {
    const most = Number.MAX_SAFE_INTEGER
    const sizes = [-1, 0, 1, most, most + 1]
    const fileOf = (size: number) => ({ name: 'f', plugin: 'fileio', dev: '/f', size })
    expect(sizes.filter(size => taken(fileio.service.kind, [fileOf(size)]).length > 0)).toEqual([0, 1, most])
    const diskOf = (size: number) => ({ name: 'r', plugin: 'ramdisk', size })
    expect(sizes.filter(size => taken(ramdisk.service.kind, [diskOf(size)]).length > 0)).toEqual([1, most])
  })

  it('are taken: settings of lunkit', () => {
    const polls = [-1, 0, 10_000, 10_001]
    expect(polls.filter(poll_us => taken(lunkitKind, [{ poll_us }]).length > 0)).toEqual([0, 10_000])
    const lanes = [0, 1, 64, 65]
    expect(lanes.filter(count => taken(lunkitKind, [{ lanes: count }]).length > 0)).toEqual([1, 64])
    const cpus = [0, '0', '8191', '2,4-7', '', '-1', '1-', '7-4', '2,2', '0-1,1', '8192', '1 2', 0.5, true, []]
    expect(cpus.filter(lane_cpus => taken(lunkitKind, [{ lane_cpus }]).length > 0)).toEqual([0, '0', '8191', '2,4-7'])
    const homeOf = (lane: number) => ({ storage_objects: [{ storage_object: '/backstores/fileio/f', lane }] })
    expect([-1, 0, 63, 64].filter(lane => taken(lunkitKind, [homeOf(lane)]).length > 0)).toEqual([0, 63])
    const sizes = [0, 256, 511, 512, 513, 134_217_728, 268_435_456]
    const settings = (physical_block_size: number) => ({
      storage_objects: [{ storage_object: '/backstores/fileio/f', physical_block_size }],
    })
    expect(sizes.filter(size => taken(lunkitKind, [settings(size)]).length > 0)).toEqual([512, 134_217_728])
  })

  it.each([
    ['vendor_id', ['', 'V', 'VVVVVVVV', 'VVVVVVVVV', 'é', 'a\tb'], ['V', 'VVVVVVVV']],
    ['product_id', ['', 'P'.repeat(16), 'P'.repeat(17), 7], ['', 'P'.repeat(16)]],
    ['revision', ['', '0001', '00001'], ['', '0001']],
    ['company_id', [-1, 0, 0xffffff, 0x1000000, 1.5, '5125'], [0, 0xffffff]],
  ])('are taken: %s of a storage object', (name, values, right) => {
    const settings = (value: number | string) => ({
      storage_objects: [{ storage_object: '/backstores/fileio/f', [name]: value }],
    })
    expect(values.filter(value => taken(lunkitKind, [settings(value)]).length > 0)).toEqual(right)
  })

  it('are taken: levels of a document', () => {
    expect(() => config.parseConfiguration(`{"targets": ${nested(64)}}`)).not.toThrow()
    expect(() => config.parseConfiguration(`{"targets": ${nested(65)}}`)).toThrow('nested deeper than 64 levels')
  })

  it('are shown whole, up to sixty characters', () => {
    expect(shown('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`)
    expect(shown('x'.repeat(59))).toBe(`"${'x'.repeat(59)}…`)
    expect([shown([]), shown([1]), shown({})]).toEqual(['an empty list', 'a list', 'an object'])
  })
})

describe('what is wrong in a setting of lunkit', () => {
  it.each([
    ['{"lunkit": {"limits": 5}}', 'lunkit.limits: is 5; right is an object that describes limits'],
    ['{"lunkit": {"limits": {"connections": 1e9}}}', 'lunkit.limits.connections: is 1e9; right is a whole number from'],
    [
      '{"lunkit": {"limits": {"connection": 5}}}',
      'lunkit.limits.connection: is not known; right is one of connections,',
    ],
  ])('is named: %s', (text, message) => {
    expect(() => config.parseConfiguration(text)).toThrow(message)
  })
})

describe('a number that JavaScript would write otherwise', () => {
  it('is the text that it is, where a name is asked for', () => {
    const text = '{"storage_objects": [{"plugin": "ramdisk", "name": 1.0, "size": 4096}]}'
    const { notices } = config.planServing(config.parseConfiguration(text))
    expect(notices.map(({ kind }) => kind)).toEqual(['unused'])
  })
})

describe('the LUNs of a file', () => {
  const count = (enable: object) => {
    const tpgs = [{ luns: [{}, {}], ...enable }, { luns: [{}] }, { luns: 5 }, 7]
    const targets = [{ fabric: 'iscsi', tpgs }, { fabric: 'vhost', tpgs }, 7, { fabric: 'iscsi', tpgs: 1 }]
    return lunCount(config.checkConfiguration({ targets }))
  }

  it('are counted where they are not turned off', () => {
    expect([{}, { enable: true }, { enable: 1 }, { enable: 'x' }].map(count)).toEqual([3, 3, 3, 3])
    expect([{ enable: false }, { enable: 0 }, { enable: null }].map(count)).toEqual([1, 1, 1])
  })
})

describe('a plan without some of its disks', () => {
  const mapped_luns = [
    { index: 4, tpg_lun: 0 },
    { index: 5, tpg_lun: 1 },
  ]
  const plan = planOf({ object: file, tpg: { node_acls: [{ node_wwn: HOST, mapped_luns }] } })

  it('shows nobody their LUNs, and says why', () => {
    const less = config.withoutStorage(plan, new Map([['fileio/f', 'it cannot be opened']]))
    expect(less.storage.map(({ key }) => key)).toEqual(['ramdisk/rd'])
    expect(lunsOf(less)).toEqual([0])
    expect(group(less).acls[0]?.luns).toEqual([{ lun: 4, storage: 'ramdisk/rd', writeProtected: false }])
    expect(group(less).demoMode?.luns.map(({ lun }) => lun)).toEqual([0])
    expect(group(less).unserved).toEqual([
      { lun: 1, storage: 'fileio/f', path: 'targets[0].tpgs[0]', why: 'it cannot be opened' },
    ])
  })

  it('is the same plan where none is missing', () => {
    expect(config.withoutStorage(plan, new Map())).toBe(plan)
    expect(disk(plan)?.key).toBe('fileio/f')
  })
})

describe('a mapped LUN of a LUN that there is not', () => {
  it('is told which there are, in order', () => {
    const node_acls = [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 9 }] }]
    const luns = [11, 2, 0].map(index => ({ index, storage_object: '/backstores/ramdisk/rd' }))
    expect(texts(planOf({ tpg: { luns, node_acls } }), 'wrong')[0]?.text).toContain('a LUN of the TPG: 0, 2, 11;')
    expect(texts(planOf({ tpg: { luns: [], node_acls } }), 'wrong')[0]?.text).toContain('which has none;')
  })
})

describe('a LUN of a storage object that there is not', () => {
  it('is told that there is none, where there is none', () => {
    const tpgs = [{ luns: [{ index: 0, storage_object: '/backstores/ramdisk/rd' }] }]
    const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs }]
    const plan = config.planServing(config.checkConfiguration({ targets }))
    expect(texts(plan, 'wrong')[0]?.text).toContain('right is a storage object of this file, which has none;')
  })
})

describe('the attributes of a storage object', () => {
  it('have their defaults where they cannot be read', () => {
    for (const attributes of [undefined, null, 5, 'text', []])
      expect(config.storageAttribute({ plugin: 'ramdisk', attributes } as never, 'block_size')).toBe(512)
  })
})

describe('a disk', () => {
  const planned = (object: typeof rd) => {
    const storage_objects = [{ ...object, name: 'd' }]
    const luns = [{ index: 0, storage_object: `/backstores/${object.plugin}/d` }]
    const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes: open, luns }] }]
    return config.planServing(config.checkConfiguration({ storage_objects, targets })).storage[0]
  }

  it('in memory keeps what is written, unless the file says that it does not', () => {
    expect([{}, { nullio: false }, { nullio: true }].map(keys => planned({ ...rd, ...keys }))).toMatchObject([
      { nullio: false },
      { nullio: false },
      { nullio: true },
    ])
  })
})

describe('what LUNs of a TPG are not served for', () => {
  it('is said of each, with its place', () => {
    const plan = planOf({ object: file, tpg: { attributes: { ...open, t10_pi: 1 } } })
    expect(group(plan).unserved.map(({ lun, path }) => [lun, path])).toEqual([
      [0, 'targets[0].tpgs[0].luns[0]'],
      [1, 'targets[0].tpgs[0].luns[1]'],
    ])
  })
})

describe('what is told of a plan', () => {
  it('has first what keeps somebody out, then what is wrong, not known, not built, and not used', () => {
    const attributes = { ...open, t10_pi: 1, login_timeout: 99, colour: 1, default_erl: 1 }
    const unused = { name: 'idle', plugin: 'ramdisk', size: 4096 }
    const plan = planOf({ object: unused, tpg: { attributes, luns: [] } })
    const kinds = plan.notices.map(({ kind }) => kind)
    expect([...new Set(kinds)]).toEqual(['refused', 'wrong', 'unknown', 'kept', 'unused'])
    const order = ['refused', 'wrong', 'unknown', 'kept', 'unused']
    expect(kinds).toEqual(kinds.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)))
  })

  it('has in it which credentials are no use, or weak, and nothing of what they are', () => {
    const weak = (parts: object) => texts(planOf(parts), 'weak').map(({ text, paths }) => `${paths.join()} ${text}`)
    const half = { chap_userid: 'me', mutual_password: 'unusual-secret' }
    expect(weak({ tpg: { node_acls: [{ node_wwn: HOST, ...half }] } })).toEqual([
      'targets[0].tpgs[0].node_acls[0] a user ID and a password go together, of which there is one: it is not asked for',
      expect.stringContaining('the target cannot prove itself'),
    ])
    const short = { userid: 'me', password: 'hunter2', chap_mutual_userid: 'it', chap_mutual_password: 'hunter2' }
    expect(weak({ tpg: short })).toEqual([
      expect.stringContaining('the mutual password is the password'),
      expect.stringContaining('targets[0].tpgs[0] the password has fewer than 12 bytes'),
      expect.stringContaining('the mutual password has fewer than 12 bytes'),
    ])
    const good = { chap_userid: 'me', chap_password: 'secretsecret12' }
    expect(weak({ tpg: { ...good, node_acls: [{ node_wwn: HOST, ...good }] } })).toEqual([])
  })

  it('has the attributes of an ACL in it', () => {
    const node_acls = [{ node_wwn: HOST, attributes: { nopin_timeout: 1, colour: 2, default_erl: 2 } }]
    const { notices } = planOf({ tpg: { node_acls } })
    expect(notices.map(({ kind, paths }) => [kind, ...paths])).toEqual([
      ['wrong', 'targets[0].tpgs[0].node_acls[0].attributes.nopin_timeout'],
      ['unknown', 'targets[0].tpgs[0].node_acls[0].attributes.colour'],
      ['kept', 'targets[0].tpgs[0].node_acls[0].attributes.default_erl'],
    ])
  })
})

describe('saving', () => {
  it('tells the first failure, and leaves nothing beside what cannot be replaced', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-save-'))
    const path = join(directory, 'taken')
    await mkdir(join(path, 'inside'), { recursive: true })
    await expect(config.replaceFile(path, 'text')).rejects.toMatchObject({ syscall: 'rename' })
    expect(await readdir(directory)).toEqual(['taken'])
    const missing = join(directory, 'missing', 'file')
    await expect(config.replaceFile(missing, 'text')).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' })
    await rm(directory, { recursive: true })
  })
})

describe('a document', () => {
  it('is made of what JSON is made of, and of nothing else', () => {
    const bare = Object.assign(Object.create(null) as object, { targets: [], storage_objects: null })
    expect(() => config.checkConfiguration(bare as never)).not.toThrow()
    const number = new config.ExactNumber('1.0')
    expect(() => config.checkConfiguration({ more: number, many: [number, null, true] } as never)).not.toThrow()
    for (const wrong of [new Map(), new Date(0), Number.NaN, Infinity, () => 1, 1n, Symbol('a')])
      expect(() => config.checkConfiguration({ more: [wrong] } as never)).toThrow(
        /^the configuration: more\[0\] is .*; right is null,/,
      )
  })

  it('may have parts that are undefined, as if they were not there, and one part twice', () => {
    const part = { index: 0, storage_object: '/backstores/ramdisk/rd' }
    const tpgs = [{ attributes: open, luns: [part, { ...part, index: 1 }], portals, enable: undefined }, part]
    const document = { storage_objects: [rd], targets: [{ fabric: 'iscsi', wwn: IQN, tpgs, more: undefined }] }
    expect(() => config.checkConfiguration(document as never)).not.toThrow()
    const round: Record<string, unknown> = {}
    round['targets'] = [round]
    expect(() => config.checkConfiguration(round as never)).toThrow(
      'the configuration: targets[0] is an object that it is a part of',
    )
  })
})
