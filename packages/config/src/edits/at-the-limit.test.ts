import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { EditError } from './edit-error.ts'
import type { EditCall } from './edits.ts'
import { applyEdit } from './edits.ts'

const target = 'iqn.2026-11.com.example:disks'
const at = `/iscsi/${target}`
const TREE = (
  [
    { name: 'createRamdisk', given: { name: 'rd0', size: 4096 } },
    { name: 'createPscsi', given: { name: 'p', dev: '/dev/sg0' } },
    { name: 'createTarget', given: { wwn: target } },
    { name: 'deletePortal', given: { target, tag: 1, ip_address: '0.0.0.0', ip_port: 3260 } },
  ] satisfies EditCall[]
).reduce((tree, call) => applyEdit(tree, call, countingSources()).configuration, parseConfiguration('{}'))

/** What is wrong with an edit, in one line; `done` where nothing is. */
function outcome(call: EditCall): string {
  try {
    applyEdit(TREE, call, countingSources())
    return 'done'
  } catch (error) {
    return error instanceof EditError ? `${error.fault}: ${error.message}` : String(error)
  }
}

const portal = (ip_port: number): EditCall => ({
  name: 'createPortal',
  given: { target, tag: 1, ip_address: '10.0.0.1', ip_port },
})
const tpg = (tag: number): EditCall => ({ name: 'createTpg', given: { target, tag } })
const group = (tag: number, storage_object = 'ramdisk/rd0'): EditCall => ({
  name: 'createAluaGroup',
  given: { storage_object, name: 'site', tag },
})

describe('an edit is done at the limit, and refused beyond it:', () => {
  it.each<[string, readonly EditCall[], EditCall, string]>([
    [
      'the port of a portal',
      [portal(1), portal(65_535)],
      portal(65_536),
      `invalid: ${at}/tpg1/portals cannot have port 65536; right is a port from 0 to 65535`,
    ],
    [
      'the tag of a TPG',
      [tpg(0), tpg(65_535)],
      tpg(65_536),
      `invalid: ${at}/tpg65536 cannot be TPG 65536; right is a number from 0 to 65535`,
    ],
    [
      'the tag of an ALUA group, from below',
      [group(1)],
      group(0),
      'invalid: /backstores/ramdisk/rd0/alua/site cannot have tag 0; right is a number from 1 to 65535',
    ],
    [
      'the tag of an ALUA group, from above',
      [group(65_535)],
      group(65_536),
      'invalid: /backstores/ramdisk/rd0/alua/site cannot have tag 65536; right is a number from 1 to 65535',
    ],
  ])('%s', (_what, done, beyond, wrong) => {
    expect(done.map(outcome)).toEqual(done.map(() => 'done'))
    expect(outcome(beyond)).toBe(wrong)
  })

  it('a disk that commands are passed through to has no ALUA groups', () => {
    expect(outcome(group(16, 'pscsi/p'))).toBe(
      'invalid: /backstores/pscsi/p/alua/site cannot be; right is a storage object that no commands are passed through to',
    )
  })
})
