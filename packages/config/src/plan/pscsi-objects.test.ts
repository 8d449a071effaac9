import { describe, expect, it } from 'vitest'
import { formatConfiguration, parseConfiguration } from '../document.ts'
import { applyEdit, type EditCall } from '../edits/edits.ts'
import { readValues } from '../edits/values.ts'
import { asJson, type Configuration } from '../saveconfig.ts'
import { IQN, open, portals, texts } from '../testing/plan-beside.ts'
import { planServing } from './plan.ts'

/** What LIO writes of one. */
const pscsi = {
  ...{ name: 'p', plugin: 'pscsi', dev: '/dev/sg1', alua_tpgs: [] },
  attributes: { alua_support: 0, emulate_pr: 1, pgr_support: 0 },
}

type Written = { readonly plugin: string; readonly name: string; readonly [key: string]: unknown }

/** A configuration of these storage objects, a LUN each, where lunkit's own settings of pscsi/p are these. */
function configurationOf(storage_objects: readonly Written[], own?: object): Configuration {
  const luns = storage_objects.map(({ plugin, name }, index) => ({
    index,
    storage_object: `/backstores/${plugin}/${name}`,
  }))
  const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ tag: 1, attributes: open, luns, portals }] }]
  const lunkit = own && { storage_objects: [{ ...own, storage_object: '/backstores/pscsi/p' }] }
  return parseConfiguration(JSON.stringify({ storage_objects, targets, lunkit }))
}
const planOf = (...given: Parameters<typeof configurationOf>) => planServing(configurationOf(...given))

const refused = ({ targets }: ReturnType<typeof planOf>) =>
  targets.flatMap(({ groups }) => groups.flatMap(({ unserved }) => unserved.map(({ why }) => why)))

describe('a pscsi storage object', () => {
  it('is its device, of which nothing is known before it is looked at', () => {
    const { storage } = planOf([pscsi])
    expect(storage).toMatchObject([
      {
        ...{
          plugin: 'pscsi',
          key: 'pscsi/p',
          file: '/dev/sg1',
          sizeBytes: undefined,
          writeBack: false,
          readOnly: false,
        },
        unit: { serial: undefined, attributes: { emulatePr: true, blockSizeBytes: undefined, isNonrot: undefined } },
      },
    ])
  })

  it('stays in the file as LIO has written it', () => {
    const text = formatConfiguration(configurationOf([pscsi]))
    expect(JSON.parse(text).storage_objects).toEqual([pscsi])
  })

  it('may be named by its address, and leaves reservations to the device where it is told to', () => {
    const { storage } = planOf([{ ...pscsi, dev: '2:0:0:1', attributes: { emulate_pr: 0 } }])
    expect(storage).toMatchObject([{ file: '2:0:0:1', unit: { attributes: { emulatePr: false } } }])
  })

  it.each([
    ['no device', { dev: undefined }, 'dev is missing'],
    ['a relative path', { dev: 'sg1' }, 'dev is "sg1"'],
    ['an address that lacks a number', { dev: '2:0:0' }, 'dev is "2:0:0"'],
  ])('is not served with %s', (_what, keys, text) => {
    const plan = planOf([{ ...pscsi, ...keys }])
    expect(plan.storage).toEqual([])
    expect(texts(plan, 'wrong').map(notice => notice.text)).toEqual([expect.stringContaining(text)])
  })

  it('is not served beside another storage object of its device, whatever plugin that has', () => {
    const block = { name: 'b', plugin: 'block', dev: pscsi.dev }
    const two = `${pscsi.dev} is the device of storage_objects[0] already; two disks on one device destroy each other`
    expect([refused(planOf([block, pscsi])), refused(planOf([pscsi, block]))]).toEqual([[two], [two]])
  })

  it('has no settings: those of a file are named, and nothing comes of them', () => {
    const plan = planOf([pscsi], { limit_iops: 100, create: false })
    expect(plan.storage).toHaveLength(1)
    expect(texts(plan, 'kept').find(({ text }) => text.startsWith('limit_iops'))).toEqual({
      kind: 'kept',
      text: 'limit_iops: commands go to the device of a pscsi storage object as they are',
      paths: ['lunkit.storage_objects[0].limit_iops'],
    })
  })
})

const create = (name: string, dev: string): EditCall => ({ name: 'createPscsi', given: { name, dev } })
const edited = (start: Configuration, ...calls: readonly EditCall[]) =>
  calls.reduce((configuration, call) => applyEdit(configuration, call).configuration, start)
const EMPTY = parseConfiguration('{}')

describe('a pscsi storage object that is made', () => {
  it('has what targetcli writes of it', () => {
    const made = [
      { name: 'p', plugin: 'pscsi', alua_tpgs: [], attributes: {}, dev: '/dev/sr0' },
      { name: 'q', plugin: 'pscsi', alua_tpgs: [], attributes: {}, dev: '2:0:0:1' },
    ]
    expect(asJson(edited(EMPTY, create('p', '/dev/sr0'), create('q', '2:0:0:1')))).toMatchObject({
      storage_objects: made,
    })
  })

  it.each<[string, EditCall, string]>([
    ['by a word', create('p', 'sg1'), '/backstores/pscsi/p cannot have the device "sg1"'],
    ['of a device that another has', create('q', '/dev/sg0'), 'which is that of pscsi/o; two disks on one device'],
    [
      'of a device that is a disk already',
      create('q', '/dev/sdb'),
      'which is that of block/b; two disks on one device destroy each other',
    ],
  ])('is refused %s', (_what, call, text) => {
    const block: EditCall = { name: 'createBlock', given: { name: 'b', dev: '/dev/sdb' } }
    const start = edited(EMPTY, create('o', '/dev/sg0'), block)
    expect(() => applyEdit(start, call)).toThrow(text)
  })

  it('has another size only when its device has, and no settings', () => {
    const start = edited(EMPTY, create('p', '/dev/sg0'))
    const at = { storage_object: 'pscsi/p' }
    expect(() => applyEdit(start, { name: 'resizeStorageObject', given: { ...at, size: 4096 } })).toThrow(
      '/backstores/pscsi/p has the size of its device; right is fileio or ramdisk',
    )
    const set: EditCall = { name: 'setStorageSettings', given: { ...at, settings: { limit_iops: 5 } } }
    expect(() => applyEdit(start, set)).toThrow('/backstores/pscsi/p has no limit_iops; right is none')
    expect(readValues(start, { name: 'storageSettings', given: at })).toEqual({})
  })

  it('shows the attributes that LIO has of one, and lets settings of a file be taken away', () => {
    const at = { storage_object: 'pscsi/p' }
    const start = configurationOf([pscsi], { limit_iops: 5 })
    expect(readValues(start, { name: 'storageAttributes', given: at })).toMatchObject({
      ...{ alua_support: 0, emulate_pr: 1, pgr_support: 0, submit_type: 0 },
    })
    expect(readValues(start, { name: 'storageSettings', given: at })).toEqual({ limit_iops: 5 })
    const none = edited(start, { name: 'setStorageSettings', given: { ...at, settings: { limit_iops: '' } } })
    expect(readValues(none, { name: 'storageSettings', given: at })).toEqual({})
  })
})
