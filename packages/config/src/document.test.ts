import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatConfiguration, parseConfiguration, readConfiguration } from './document.ts'
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

const disk = { name: 'disk0', plugin: 'fileio', dev: '/srv/disk.img', size: 1024 }
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

  it('throw nothing but a ConfigError, whatever the document', () => {
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
    )
    const value = fc.jsonValue({ maxDepth: 3 })
    const near = fc.dictionary(words, fc.oneof(value, fc.array(fc.dictionary(words, value))))
    fc.assert(
      fc.property(fc.oneof(value, near), document => {
        expect(() => problems(document)).not.toThrow()
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
      'a missing key',
      { storage_objects: [{ name: 'd', plugin: 'fileio' }] },
      'storage_objects[0].dev: is missing; right is a path that starts with "/"',
    ],
    [
      'a relative path',
      { storage_objects: [{ ...disk, dev: 'disk.img' }] },
      'storage_objects[0].dev: is "disk.img"; right is a path that starts with "/"',
    ],
    [
      'a size that is a text',
      { storage_objects: [{ ...disk, size: '1G' }] },
      'storage_objects[0].size: is "1G"; right is a whole number from 1 to 9007199254740991',
    ],
    [
      'a switch that is a number',
      { storage_objects: [{ ...disk, write_back: 1 }] },
      'storage_objects[0].write_back: is 1; right is true or false',
    ],
    [
      'a block size',
      { storage_objects: [{ ...disk, attributes: { block_size: 520 } }] },
      'storage_objects[0].attributes.block_size: is 520; right is 512 or 1024 or 2048 or 4096',
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
    [
      'an attribute beyond its range',
      oneTpg({ attributes: { login_timeout: 99 } }),
      'targets[0].tpgs[0].attributes.login_timeout: is 99; right is a whole number from 5 to 30',
    ],
    [
      'a parameter beyond its range',
      oneTpg({ parameters: { MaxBurstLength: '511' } }),
      'targets[0].tpgs[0].parameters.MaxBurstLength: is "511"; right is a whole number from 512 to 16777215',
    ],
    [
      'a digest that does not exist',
      oneTpg({ parameters: { HeaderDigest: 'SHA,None' } }),
      'targets[0].tpgs[0].parameters.HeaderDigest: is "SHA,None"; right is a list, the best first and commas between, of CRC32C, None',
    ],
    [
      'a host name as an address',
      oneTpg({ portals: [{ ip_address: 'storage1', port: 3260 }] }),
      'targets[0].tpgs[0].portals[0].ip_address: is "storage1"; right is a numeric address',
    ],
    [
      'a port',
      oneTpg({ portals: [{ ip_address: '10.0.0.5', port: 70000 }] }),
      'targets[0].tpgs[0].portals[0].port: is 70000; right is a whole number from 0 to 65535',
    ],
    [
      'a target name with an underscore',
      { targets: [{ fabric: 'iscsi', wwn: 'iqn.2026-11.com.example:my_disk' }] },
      'targets[0].wwn: is "iqn.2026-11.com.example:my_disk"; right is an iSCSI name without spaces and underscores',
    ],
    [
      'a target without a fabric',
      { targets: [{ wwn: 'iqn.2026-11.com.example:disk' }] },
      'targets[0].fabric: is missing; right is a text in double quotes',
    ],
    [
      'an initiator without a name',
      oneTpg({ node_acls: [{}] }),
      'targets[0].tpgs[0].node_acls[0].node_wwn: is missing; right is an iSCSI name',
    ],
  ])('for %s', (_name, document, message) => {
    expect(problems(document)).toContain(message)
  })

  it('and lists all problems at once', () => {
    const document = { storage_objects: [{ name: 'a/b', plugin: 'ramdisk' }], ...oneTpg({ tag: -1 }) }
    expect(problems(document).split('\n')).toEqual([
      'storage_objects[0].name: is "a/b"; right is a name without "/", space, tab and line feed',
      'storage_objects[0].size: is missing; right is a whole number from 1 to 9007199254740991',
      'targets[0].tpgs[0].tag: is -1; right is a whole number from 0 to 65535',
    ])
  })

  it('and never shows a secret', () => {
    const secrets = { chap_password: 123456789, password: ['hunter2'] }
    const document = { fabric_modules: [{ name: 'iscsi', discovery_password: 987654321 }], ...oneTpg({ ...secrets }) }
    const message = problems(document)
    expect(message).not.toMatch(/123456789|hunter2|987654321/)
    expect(message.split('\n')).toHaveLength(3)
  })
})
