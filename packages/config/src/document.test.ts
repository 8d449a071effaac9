import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatConfiguration, parseConfiguration, readConfiguration } from './document.ts'
import { planServing } from './plan/plan.ts'
import { ConfigError } from './schema/problem.ts'

const LIO_FILE = fileURLToPath(new URL('../../../test/fixtures/lio/saveconfig.json', import.meta.url))

function problems(document: unknown): string {
  try {
    parseConfiguration(typeof document === 'string' ? document : JSON.stringify(document))
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

const oneTpg = (tpg: object) => ({ targets: [{ fabric: 'iscsi', wwn: 'iqn.2026-11.com.example:disk', tpgs: [tpg] }] })

describe('parseConfiguration and formatConfiguration', () => {
  it('give back byte for byte the file that a real LIO wrote', async () => {
    expect(formatConfiguration(await readConfiguration(LIO_FILE))).toBe(readFileSync(LIO_FILE, 'utf8'))
  })

  it('keep what is not known here: keys, plugins, fabrics, numbers of any length', () => {
    const text = `{
  "lunkit": {
    "poll_ms": 1.50,
    "storage_objects": [
      {
        "physical_block_size": 4096,
        "removable": true,
        "storage_object": "/backstores/user/z0"
      }
    ]
  },
  "storage_objects": [
    {
      "attributes": {
        "atomic_max_len": 18446744073709551615
      },
      "handler": "zfs",
      "name": "z0",
      "plugin": "user"
    }
  ],
  "targets": [
    {
      "fabric": "vhost",
      "tpgs": "whatever",
      "wwn": "naa.5001405d14f2e64a"
    }
  ]
}
`
    expect(formatConfiguration(parseConfiguration(text))).toBe(text)
  })

  it.each([
    [
      'storage objects',
      { storage_objects: [{ plugin: 'user:zfs', attributes: { block_size: 520 }, size: 'big' }, null, 7] },
    ],
    ['targets', { targets: [{ fabric: 'iscsi', wwn: 'disk', tpgs: { tag: -1 } }, {}, 'x'] }],
    ['fabric modules', { fabric_modules: { name: 'iscsi' } }],
    ['null for lists', { storage_objects: null, targets: null, fabric_modules: null }],
  ])('keep what is wrong with one object, and take the rest: %s', (_what, document) => {
    expect(problems(document)).toBe('')
    const text = JSON.stringify(document)
    expect(JSON.parse(formatConfiguration(parseConfiguration(text)))).toEqual(document)
  })

  it('take an empty object, as LIO does', () => {
    expect(formatConfiguration(parseConfiguration('{}'))).toBe('{}\n')
  })

  it('take plugins by the names of old versions', () => {
    const objects = [
      { name: 'r', plugin: 'rd_mcp', size: 4096 },
      { name: 'b', plugin: 'iblock', dev: '/dev/sda' },
    ]
    const luns = [
      { index: 0, storage_object: '/backstores/ramdisk/r' },
      { index: 1, storage_object: '/backstores/rd_mcp/r' },
    ]
    expect(problems({ storage_objects: objects, ...oneTpg({ luns }) })).toBe('')
  })

  it('take numbers for attributes and texts for parameters, or the other way about', () => {
    const attributes = { authentication: '0', default_cmdsn_depth: 16 }
    const parameters = { MaxBurstLength: 65536, FirstBurstLength: '65536' }
    expect(problems(oneTpg({ attributes, parameters }))).toBe('')
  })

  it('throw nothing but a ConfigError, and plan what they take, whatever the document', () => {
    const words = fc.constantFrom(
      'storage_objects',
      'targets',
      'tpgs',
      'luns',
      'wwn',
      'fabric',
      'iscsi',
      'plugin',
      'fileio',
      'portals',
      'node_acls',
      'attributes',
      'parameters',
      'fabric_modules',
      'name',
    )
    const value = fc.jsonValue({ maxDepth: 3 })
    const near = fc.dictionary(words, fc.oneof(value, fc.array(fc.dictionary(words, value))))
    fc.assert(
      fc.property(fc.oneof(value, near), document => {
        expect(() => problems(document)).not.toThrow()
        if (problems(document) === '') planServing(parseConfiguration(JSON.stringify(document)))
      }),
    )
  })
})

describe('a ConfigError names the place, what is wrong there and what would be right', () => {
  it('for text that is not JSON', () => {
    expect(problems('{"targets": [{"wwn": }]}')).toBe(
      'targets[0].wwn (line 1, column 22): is not JSON: there is "}" where a value should be; right is JSON (RFC 8259)',
    )
  })

  it.each<[string, unknown, string]>([
    [
      'a document that is a list',
      [],
      '(the whole file): is an empty list; right is an object that describes a configuration',
    ],
    ['a list that is none', { targets: {} }, 'targets: is an object; right is a list of targets'],
    [
      'a list that is a text',
      { storage_objects: 'none' },
      'storage_objects: is "none"; right is a list of storage objects',
    ],
    [
      'a setting that is a number',
      { lunkit: { storage_objects: [{ storage_object: '/backstores/fileio/disk0', removable: 1 }] } },
      'lunkit.storage_objects[0].removable: is 1; right is true or false',
    ],
    [
      'a setting that is no power of two',
      { lunkit: { storage_objects: [{ storage_object: '/backstores/fileio/disk0', physical_block_size: 3000 }] } },
      'lunkit.storage_objects[0].physical_block_size: is 3000; right is a power of two from 512 to 134217728',
    ],
    [
      'a time to poll that is no whole number',
      { lunkit: { poll_us: 1.5 } },
      'lunkit.poll_us: is 1.5; right is a whole number from 0 to 10000',
    ],
  ])('for %s', (_name, document, message) => {
    expect(problems(document)).toContain(message)
  })

  it('and lists all problems at once', () => {
    const document = { targets: 5, storage_objects: {}, lunkit: { poll_us: -1, limits: { text_keys: 'many' } } }
    expect(problems(document).split('\n')).toEqual([
      'lunkit.limits.text_keys: is "many"; right is a whole number from 32 to 4096',
      'lunkit.poll_us: is -1; right is a whole number from 0 to 10000',
      'storage_objects: is an object; right is a list of storage objects',
      'targets: is 5; right is a list of targets',
    ])
  })
})
