import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { aclAttributes, tpgAttributes } from './access-attributes.ts'
import { aluaAttributes } from './alua-attributes.ts'
import type { AttributeTable } from './attribute.ts'
import { attributeInForce, attributeNumber } from './attribute.ts'
import { storageAttributes } from './storage-attributes.ts'
import { parameterInForce, tpgParameters } from './tpg-parameters.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const lio = parseConfiguration(readFileSync(LIO_FILE, 'utf8'))

/** What the file holds, as far as this test looks at it. */
interface SavedByLio {
  readonly storage_objects: readonly { readonly attributes: object; readonly alua_tpgs?: readonly object[] }[]
  readonly targets: readonly { readonly fabric: string; readonly tpgs: readonly SavedTpg[] }[]
}
interface SavedTpg {
  readonly tag: number
  readonly attributes?: object
  readonly parameters?: object
  readonly node_acls?: readonly { readonly attributes: object }[]
}
const saved = lio as unknown as SavedByLio
const tpgs = saved.targets.filter(({ fabric }) => fabric === 'iscsi').flatMap(target => target.tpgs)

const tables: [string, AttributeTable][] = [
  ['storage', storageAttributes],
  ['tpg', tpgAttributes],
  ['acl', aclAttributes],
  ['alua', aluaAttributes],
]

describe('the attribute tables', () => {
  it.each(tables)('have defaults that they allow: %s', (_name, table) => {
    const wrong = Object.entries(table).filter(([, row]) => !row.allows(row.default))
    expect(wrong).toEqual([])
  })

  it('know every attribute and parameter that a real LIO saved', () => {
    const keysOf = (objects: readonly (object | undefined)[]) => [
      ...new Set(objects.flatMap(object => Object.keys(object ?? {}))),
    ]
    const objects = saved.storage_objects
    const groups = objects.flatMap(object => object.alua_tpgs ?? [])
    const acls = tpgs.flatMap(tpg => tpg.node_acls ?? [])
    expect(Object.keys(storageAttributes)).toEqual(expect.arrayContaining(keysOf(objects.map(each => each.attributes))))
    expect([...Object.keys(aluaAttributes), 'name', 'tg_pt_gp_id']).toEqual(expect.arrayContaining(keysOf(groups)))
    expect(Object.keys(tpgAttributes)).toEqual(expect.arrayContaining(keysOf(tpgs.map(each => each.attributes))))
    expect(Object.keys(tpgParameters)).toEqual(expect.arrayContaining(keysOf(tpgs.map(each => each.parameters))))
    expect(Object.keys(aclAttributes)).toEqual(expect.arrayContaining(keysOf(acls.map(each => each.attributes))))
  })

  it('say in a line of their own what each is for, and set nothing twice', () => {
    for (const [, table] of [...tables, ['parameters', tpgParameters] as const]) {
      const rows = Object.values(
        table as Readonly<Record<string, { meaning: string; sets: 'kept' | { name: string } }>>,
      )
      expect(rows.filter(({ meaning }) => meaning === '' || /[.\n]$/.test(meaning))).toEqual([])
      const names = rows.flatMap(({ sets }) => (sets === 'kept' ? [] : [sets.name]))
      expect(names).toEqual([...new Set(names)])
    }
  })

  it('say of what LIO refuses to change while it is exported, and at all', () => {
    const changed = (table: AttributeTable, change: string) =>
      Object.entries(table).flatMap(([name, row]) => (row.change === change ? [name] : []))
    expect(changed(storageAttributes, 'unexported').toSorted()).toEqual([
      'block_size',
      'emulate_model_alias',
      'emulate_tas',
      'emulate_ua_intlck_ctrl',
      'force_pr_aptpl',
      'optimal_sectors',
      'pi_prot_format',
      'pi_prot_type',
      'queue_depth',
      'unmap_zeroes_data',
    ])
    expect(changed(storageAttributes, 'never').toSorted()).toEqual([
      'alua_support',
      'hw_block_size',
      'hw_max_sectors',
      'hw_pi_prot_type',
      'hw_queue_depth',
      'pgr_support',
    ])
    expect([tpgAttributes, aclAttributes].flatMap(table => changed(table, 'always'))).toHaveLength(23)
    expect(changed(aluaAttributes, 'never')).toEqual(['alua_support_lba_dependent'])
  })

  it('keep a value in the file that is served as it is, or say what is missing', () => {
    expect(storageAttributes.emulate_dpo.sets).toBe('kept')
    expect(storageAttributes.emulate_3pc.shortfall?.when(1)).toBe(true)
    expect(storageAttributes.emulate_3pc.shortfall?.when(0)).toBe(false)
    expect(tpgParameters.MaxConnections.shortfall?.text).toContain('1 is answered')
  })

  it('have the defaults that LIO gave to what nobody had changed', () => {
    const untouched = tpgs.find(tpg => tpg.tag === 2)
    const defaults = (table: Readonly<Record<string, { default: number | string }>>) =>
      Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.default]))
    expect({ ...defaults(tpgAttributes), authentication: 0 }).toEqual(untouched?.attributes)
    expect({ ...defaults(tpgParameters), AuthMethod: 'CHAP,None' }).toEqual(untouched?.parameters)
    expect(defaults(aclAttributes)).toEqual(tpgs.flatMap(tpg => tpg.node_acls ?? [])[0]?.attributes)
  })
})

describe('the value in force', () => {
  it('is what the file says, as a number or as its digits, else the default', () => {
    expect(attributeInForce(tpgAttributes, { login_timeout: 20 }, 'login_timeout')).toBe(20)
    expect(attributeInForce(tpgAttributes, { login_timeout: '20' }, 'login_timeout')).toBe(20)
    expect(attributeInForce(tpgAttributes, {}, 'login_timeout')).toBe(15)
    expect(attributeInForce(tpgAttributes, undefined, 'login_timeout')).toBe(15)
    expect(parameterInForce({ MaxBurstLength: 4096 }, 'MaxBurstLength')).toBe('4096')
    expect(parameterInForce(undefined, 'MaxBurstLength')).toBe('262144')
  })

  it('of a write cache follows write_back, and a ramdisk does not rotate', () => {
    const disk = { name: 'd', plugin: 'fileio', dev: '/d', size: 512 }
    const rd = { name: 'r', plugin: 'ramdisk', size: 4096 }
    expect(storageAttribute({ ...disk, write_back: true }, 'emulate_write_cache')).toBe(1)
    expect(storageAttribute(disk, 'emulate_write_cache')).toBe(0)
    expect(storageAttribute(rd, 'is_nonrot')).toBe(1)
    expect(storageAttribute(disk, 'is_nonrot')).toBe(0)
  })
})

describe('attributeNumber', () => {
  it.each([[1.5], ['1.5'], ['0x10'], ['on'], [true], [null], [''], ['1e3'], [undefined]])('finds none in %j', value => {
    expect(attributeNumber(value)).toBeUndefined()
  })
})
