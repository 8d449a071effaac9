import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import type { JsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { EditError } from './edit-error.ts'
import type { EditCall } from './edits.ts'
import { applyEdit } from './edits.ts'

const target = 'iqn.2026-11.com.example:disks'
const tpg = { target, tag: 1 }
const TREE = parseConfiguration(
  JSON.stringify({
    storage_objects: [
      { plugin: 'fileio', name: 'disk0', dev: '/srv/disk0.img', size: 1_048_576, write_back: true },
      { plugin: 'ramdisk', name: 'rd0', size: 4096 },
    ],
    targets: [{ fabric: 'iscsi', wwn: target, tpgs: [{ tag: 1 }] }],
  }),
)

const storage = (
  attributes: Readonly<Record<string, number | string>>,
  storage_object = 'fileio/disk0',
): EditCall<'setStorageAttributes'> => ({ name: 'setStorageAttributes', given: { storage_object, attributes } })
const parameter = (name: string, value: string): EditCall => ({
  name: 'setTpgParameters',
  given: { ...tpg, parameters: { [name]: value } },
})

function after(...calls: readonly EditCall[]): Configuration {
  return calls.reduce((configuration, call) => applyEdit(configuration, call).configuration, TREE)
}

function refusal(...calls: readonly EditCall[]): string {
  try {
    after(...calls)
  } catch (error) {
    if (error instanceof EditError) return error.message
    throw error
  }
  return 'done'
}

const objects = (configuration: Configuration) =>
  (asJson(configuration) as JsonObject).storage_objects as readonly JsonObject[]

const DISK = '/backstores/fileio/disk0'

describe('what LIO would not take back from the file is refused:', () => {
  it.each<[EditCall, string]>([
    [storage({ queue_depth: 129 }), `${DISK} cannot have queue_depth=129; right is 128, the most that LIO takes of it`],
    [
      storage({ optimal_sectors: 16_385 }),
      `${DISK} cannot have optimal_sectors=16385; right is 16384, the most that LIO takes of it`,
    ],
    [
      storage({ block_size: 4096, optimal_sectors: 2049 }),
      `${DISK} cannot have optimal_sectors=2049; right is 2048, the most that LIO takes of it`,
    ],
    [
      storage({ optimal_sectors: 4_294_967_289 }, 'ramdisk/rd0'),
      '/backstores/ramdisk/rd0 cannot have optimal_sectors=4294967289; right is 4294967288, the most that LIO takes of it',
    ],
    [storage({ pi_prot_format: 1 }), `${DISK} cannot have pi_prot_format=1; right is 0, the most that LIO takes of it`],
    [storage({ pi_prot_verify: 1 }), `${DISK} cannot have pi_prot_verify=1; right is 0, the most that LIO takes of it`],
    [
      parameter('TargetAlias', 'a,b'),
      `/iscsi/${target}/tpg1 cannot have TargetAlias=a,b; right is a text of at most 255 bytes without control characters and commas, none of Reject, Irrelevant, NotUnderstood`,
    ],
    [
      parameter('TargetAlias', 'Reject'),
      `/iscsi/${target}/tpg1 cannot have TargetAlias=Reject; right is a text of at most 255 bytes without control characters and commas, none of Reject, Irrelevant, NotUnderstood`,
    ],
    [parameter('IFMarkInt', '2,3'), `/iscsi/${target}/tpg1 cannot have IFMarkInt=2,3; right is a text without commas`],
    [
      { name: 'createTarget', given: { wwn: `${target}/a` } },
      `/iscsi cannot have "${target}/a"; right is a name without "/"`,
    ],
    [
      { name: 'createAcl', given: { ...tpg, wwn: 'iqn.1994-05.com.redhat:a/b' } },
      `/iscsi/${target}/tpg1/acls/iqn.1994-05.com.redhat:a/b is no name of an initiator; right is a name without "/"`,
    ],
    [
      { name: 'createRamdisk', given: { name: 'ü'.repeat(128), size: 4096 } },
      `/backstores/ramdisk cannot have a storage object named "${'ü'.repeat(59)}…; right is a name without "/", space, tab and line feed, of at most 255 bytes`,
    ],
  ])('%j', (call, expected) => {
    expect(refusal(call)).toBe(expected)
  })

  it.each<[EditCall]>([
    [storage({ queue_depth: 128, optimal_sectors: 16_384 })],
    [storage({ pi_prot_type: 1, pi_prot_verify: 1 })],
    [storage({ optimal_sectors: 4_294_967_288 }, 'ramdisk/rd0')],
    [parameter('TargetAlias', 'a b')],
    [{ name: 'createRamdisk', given: { name: 'r'.repeat(255), size: 4096 } }],
  ])('but not %j', call => {
    expect(refusal(call)).toBe('done')
  })
})

describe('what LIO changes with something else is changed with it:', () => {
  it('a larger block leaves no optimum that is longer than what the backend takes', () => {
    const [disk] = objects(after(storage({ optimal_sectors: 8192 }), storage({ block_size: 4096 })))
    expect(disk?.attributes).toEqual({ block_size: 4096, optimal_sectors: 2048 })
    const [short] = objects(after(storage({ optimal_sectors: 1024 }), storage({ block_size: 4096 })))
    expect(short?.attributes).toEqual({ block_size: 4096, optimal_sectors: 1024 })
  })

  it('with a type of protection information it is verified, but where that is said otherwise', () => {
    const ofType = (values: Readonly<Record<string, number>>) => objects(after(storage(values)))[0]?.attributes
    expect(ofType({ pi_prot_type: 1 })).toEqual({ pi_prot_type: 1, pi_prot_verify: 1 })
    expect(ofType({ pi_prot_type: 0 })).toEqual({ pi_prot_type: 0, pi_prot_verify: 0 })
    expect(ofType({ pi_prot_type: 1, pi_prot_verify: 0 })).toEqual({ pi_prot_type: 1, pi_prot_verify: 0 })
  })

  it('a write cache that is set on or off is what the file says of it', () => {
    const [off] = objects(after(storage({ emulate_write_cache: 0 })))
    expect(off).toMatchObject({ attributes: { emulate_write_cache: 0 }, write_back: false })
    const [on] = objects(after(storage({ emulate_write_cache: 0 }), storage({ emulate_write_cache: 1 })))
    expect(on).toMatchObject({ attributes: { emulate_write_cache: 1 }, write_back: true })
    const [, memory] = objects(after(storage({ emulate_write_cache: 1 }, 'ramdisk/rd0')))
    expect(memory).not.toHaveProperty('write_back')
  })

  it.each([
    [512, 4096],
    [4608, 4096],
    [6144, 8192],
    [1_048_576, 1_048_576],
  ])('a ramdisk of %i bytes has %i: whole pages', (size, bytes) => {
    const [, , made] = objects(after({ name: 'createRamdisk', given: { name: 'a', size } }))
    const [, resized] = objects(after({ name: 'resizeStorageObject', given: { storage_object: 'ramdisk/rd0', size } }))
    expect([made?.size, resized?.size]).toEqual([bytes, bytes])
  })
})
