import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference } from '../difference/difference.ts'
import { formatConfiguration, parseConfiguration } from '../document.ts'
import { EditError } from '../edits/edit-error.ts'
import { applyEdit, type EditCall } from '../edits/edits.ts'
import { planServing } from '../plan/plan.ts'
import type { Configuration } from '../saveconfig.ts'
import { countingSources, editCall } from '../testing/edit-calls.ts'
import { documentChanges } from './document-changes.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const lio = parseConfiguration(readFileSync(LIO_FILE, 'utf8'))

const tpg = {
  tag: 1,
  attributes: { authentication: 0, generate_node_acls: 1 },
  luns: [{ index: 0, storage_object: '/backstores/ramdisk/a' }],
  portals: [{ ip_address: '[fd00::1]', port: 3260 }],
  node_acls: [{ node_wwn: 'iqn.2026-11.com.example:one', mapped_luns: [{ index: 0, tpg_lun: 0 }], chap_password: 'x' }],
}
const base = {
  fabric_modules: [{ name: 'iscsi', discovery_enable_auth: false }],
  storage_objects: [{ plugin: 'ramdisk', name: 'a', size: 1_048_576, alua_tpgs: [{ name: 'default_tg_pt_gp' }] }],
  targets: [{ fabric: 'iscsi', wwn: 'iqn.2026-11.com.example:disk', tpgs: [tpg] }],
}

const configuration = (document: unknown): Configuration => parseConfiguration(JSON.stringify(document))
const withTpg = (changed: object) => ({ ...base, targets: [{ ...base.targets[0], tpgs: [{ ...tpg, ...changed }] }] })
/** In a line each: `changed /iscsi: discovery_userid`. */
const between = (from: unknown, to: unknown): string[] =>
  documentChanges(configuration(from), configuration(to)).map(
    ({ kind, path, keys }) => `${kind} ${path}${keys.length === 0 ? '' : `: ${keys.join(', ')}`}`,
  )

const AT = '/iscsi/iqn.2026-11.com.example:disk/tpg1'

describe('where two configurations differ', () => {
  it.each([
    ['nothing', base, base, []],
    [
      'the order of keys and of members',
      base,
      { ...base, targets: [{ tpgs: [tpg], wwn: base.targets[0]?.wwn, fabric: 'iscsi' }] },
      [],
    ],
    [
      'an attribute',
      base,
      withTpg({ attributes: { authentication: 1, generate_node_acls: 1 } }),
      [`changed ${AT}: attributes.authentication`],
    ],
    [
      'one that is there and one that is not',
      base,
      withTpg({ attributes: { login_timeout: 15, authentication: 0 } }),
      [`changed ${AT}: attributes.login_timeout, attributes.generate_node_acls`],
    ],
    ['a list that was none', base, withTpg({ luns: {} }), [`changed ${AT}: luns`]],
    ['one that is no list, and the same', withTpg({ luns: { a: 1 } }), withTpg({ luns: { a: 1 } }), []],
    [
      'a secret, which is not told',
      base,
      withTpg({ node_acls: [{ ...tpg.node_acls[0], chap_password: 'y' }] }),
      [`changed ${AT}/acls/iqn.2026-11.com.example:one: chap_password`],
    ],
    [
      'a LUN and a mapped LUN that came',
      base,
      withTpg({
        luns: [...tpg.luns, { index: 1, storage_object: '/backstores/ramdisk/a' }],
        node_acls: [
          {
            ...tpg.node_acls[0],
            mapped_luns: [
              { index: 0, tpg_lun: 0 },
              { index: 1, tpg_lun: 1 },
            ],
          },
        ],
      }),
      [`added ${AT}/luns/lun1`, `added ${AT}/acls/iqn.2026-11.com.example:one/mapped_lun1`],
    ],
    [
      'a portal that moved',
      base,
      withTpg({ portals: [{ ip_address: '10.0.0.1', port: 860 }] }),
      [`added ${AT}/portals/10.0.0.1:860`, `removed ${AT}/portals/[fd00::1]:3260`],
    ],
    ['a target that went', base, { ...base, targets: [] }, ['removed /iscsi/iqn.2026-11.com.example:disk']],
    [
      'a storage object and its ALUA group',
      base,
      {
        ...base,
        storage_objects: [
          { ...base.storage_objects[0], size: 2_097_152, alua_tpgs: [{ name: 'default_tg_pt_gp', nonalua: 1 }] },
        ],
      },
      ['changed /backstores/ramdisk/a: size', 'changed /backstores/ramdisk/a/alua/default_tg_pt_gp: nonalua'],
    ],
    [
      'discovery',
      base,
      { ...base, fabric_modules: [{ name: 'iscsi', discovery_enable_auth: true }] },
      ['changed /iscsi: discovery_enable_auth'],
    ],
    ['what lunkit has for itself', base, { ...base, lunkit: { poll_us: 50 } }, ['changed /: lunkit']],
    [
      'a target of another fabric',
      base,
      { ...base, targets: [...base.targets, { fabric: 'loopback', wwn: 'naa.5001405' }] },
      ['added /loopback/naa.5001405'],
    ],
    [
      'two of one name, of which one changed',
      { targets: [base.targets[0], base.targets[0]] },
      { targets: [base.targets[0], withTpg({ enable: true }).targets[0]] },
      ['changed /[1]/tpg1: enable'],
    ],
    ...['x', 65_536, -1, 1.5].map((port): [string, object, object, string[]] => [
      `a portal of the port ${port}, which is none`,
      base,
      withTpg({ portals: [{ ip_address: '[fd00::1]', port }] }),
      [`added ${AT}/[0]`, `removed ${AT}/portals/[fd00::1]:3260`],
    ]),
    ['a list that is none any more', withTpg({ luns: {} }), base, [`changed ${AT}: luns`]],
  ])('%s', (_, from, to, told) => {
    expect(between(from, to)).toEqual(told)
  })

  it('is nowhere after a configuration was written and read, whatever edits made it', () => {
    fc.assert(
      fc.property(fc.array(editCall, { maxLength: 30 }), calls => {
        const made = afterAll(lio, calls)
        expect(documentChanges(made, parseConfiguration(formatConfiguration(made)))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('is somewhere where what is served differs, whatever edits made it', () => {
    fc.assert(
      fc.property(fc.array(editCall, { maxLength: 30 }), calls => {
        const made = afterAll(lio, calls)
        const changes = documentChanges(lio, made)
        const steps = difference(planServing(lio), planServing(made))
        expect(changes.length === 0 && steps.length > 0).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses what is no configuration', () => {
    expect(() => documentChanges(lio, { targets: 1 } as never)).toThrow('targets')
  })
})

/** Those of the edits that can be done, one after another. */
function afterAll(start: Configuration, calls: readonly EditCall[]): Configuration {
  const sources = countingSources()
  return calls.reduce((before, call) => {
    try {
      return applyEdit(before, call, sources).configuration
    } catch (error) {
      if (error instanceof EditError) return before
      throw error
    }
  }, start)
}
