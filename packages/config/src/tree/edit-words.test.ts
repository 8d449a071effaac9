import { describe, expect, it } from 'vitest'
import type { EditCall } from '../edits/edits.ts'
import { applyEdit } from '../edits/edits.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { TARGET, withTpg } from '../testing/trees.ts'
import type { EditWordsOptions } from './edit-messages.ts'
import { editWords } from './edit-words.ts'

const HOST = 'iqn.1994-05.com.redhat:one'
const at = { target: TARGET, tag: 1 }
const acl = { ...at, initiator: HOST }
const portal = { ...at, ip_address: '10.0.0.1' }
const before = withTpg(
  {
    enable: true,
    attributes: { authentication: 0 },
    luns: [{ index: 0, storage_object: '/backstores/ramdisk/a' }],
    portals: [{ ip_address: '10.0.0.1', port: 3260 }],
    node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: 3, tpg_lun: 0 }] }],
  },
  {
    storage_objects: ['a', 'b'].map(name => ({
      plugin: 'ramdisk',
      name,
      size: 4096,
      alua_tpgs: name === 'a' ? [{ name: 'siteb', tg_pt_gp_id: 16 }] : [],
    })),
  },
)

function wordsOf(call: EditCall, options?: EditWordsOptions): readonly string[] {
  return editWords({ call, before, edited: applyEdit(before, call, countingSources()) }, options)
}

describe('the words of edits that the transcript has none of', () => {
  it.each<[EditCall, readonly string[]]>([
    [
      { name: 'resizeStorageObject', given: { storage_object: 'ramdisk/a', size: 8192 } },
      ["Parameter size is now '8192'."],
    ],
    [{ name: 'deleteAluaGroup', given: { storage_object: 'ramdisk/a', name: 'siteb' } }, []],
    [
      { name: 'createTarget', given: { auto_add_default_portal: false } },
      ['Created target iqn.2003-01.org.linux-iscsi.host.x8664:sn.010000010000.', 'Created TPG 1.'],
    ],
    [
      { name: 'createTarget', given: { wwn: 'iqn.2026-11.com.example:tpg5' } },
      [
        'Created target iqn.2026-11.com.example:tpg5.',
        'Created TPG 1.',
        'Global pref auto_add_default_portal=true',
        'Created default portal listening on all IPs (0.0.0.0), port 3260.',
      ],
    ],
    [{ name: 'setTargetAlias', given: { target: TARGET, alias: 'disks' } }, ["Parameter TargetAlias is now 'disks'."]],
    [{ name: 'deleteTpg', given: at }, ['Deleted TPGT 1.']],
    [{ name: 'enableTpg', given: at }, ['The TPGT is already enabled.']],
    [{ name: 'disableTpg', given: at }, ['The TPGT has been disabled.']],
    [
      { name: 'createPortal', given: { ...at, ip_address: '10.0.0.2' } },
      ['Using default IP port 3260', 'Created network portal 10.0.0.2:3260.'],
    ],
    [
      { name: 'createPortal', given: { ...at, ip_port: 3261 } },
      ['Binding to INADDR_ANY (0.0.0.0)', 'Created network portal 0.0.0.0:3261.'],
    ],
    [{ name: 'deletePortal', given: portal }, ['Deleted network portal 10.0.0.1:3260']],
    [
      { name: 'setPortal', given: { ...portal, iser: true, offload: false } },
      ['iSER enable now: True', 'offload enable now: False'],
    ],
    [
      { name: 'createLun', given: { ...at, storage_object: 'ramdisk/b' } },
      ['Created LUN 1.', `Created LUN 1->1 mapping in node ACL ${HOST}`],
    ],
    [
      { name: 'createLun', given: { ...at, storage_object: 'ramdisk/b', lun: 3 } },
      ['Created LUN 3.', `Created LUN 3->0 mapping in node ACL ${HOST}`],
    ],
    [{ name: 'createLun', given: { ...at, storage_object: 'ramdisk/b', add_mapped_luns: false } }, ['Created LUN 1.']],
    [{ name: 'deleteLun', given: { ...at, lun: 0 } }, ['Deleted LUN 0.']],
    [
      { name: 'setLunAlua', given: { ...at, lun: 0, alua_tg_pt_gp_name: 'siteb' } },
      ["Parameter alua_tg_pt_gp_name is now 'siteb'."],
    ],
    [{ name: 'deleteAcl', given: acl }, [`Deleted Node ACL ${HOST}.`]],
    [{ name: 'untagAcl', given: acl }, []],
    [
      { name: 'createMappedLun', given: { ...acl, mapped_lun: 7, tpg_lun_or_backstore: 'ramdisk/b' } },
      ['Created LUN 1.', 'Created Mapped LUN 7.'],
    ],
    [
      { name: 'setMappedLun', given: { ...acl, mapped_lun: 3, write_protect: true } },
      ["Parameter write_protect is now 'True'."],
    ],
    [{ name: 'deleteMappedLun', given: { ...acl, mapped_lun: 3 } }, ['Deleted Mapped LUN 3.']],
    [
      {
        name: 'setStorageSettings',
        given: { storage_object: 'ramdisk/a', settings: { removable: 'yes', company_id: '0x1405', revision: '' } },
      },
      ["Parameter removable is now '1'.", "Parameter company_id is now '5125'.", "Parameter revision is now ''."],
    ],
    [
      { name: 'setServerSettings', given: { settings: { poll_us: '050', create_files: 'no' } } },
      ["Parameter poll_us is now '50'.", "Parameter create_files is now '0'."],
    ],
    [{ name: 'setLimits', given: { limits: { connections: 64 } } }, ["Parameter connections is now '64'."]],
    [
      { name: 'setAclAttributes', given: { ...acl, attributes: { nopin_timeout: '20' } } },
      ["Parameter nopin_timeout is now '20'."],
    ],
    [
      { name: 'setTpgAuth', given: { ...at, userid: 'u', password: '', mutual_password: 'secret' } },
      ["Parameter userid is now 'u'.", "Parameter password is now ''.", "Parameter mutual_password is now '********'."],
    ],
    [
      { name: 'setDiscoveryAuth', given: { enable: '1', userid: 'u', password: 'secret' } },
      ["Parameter enable is now 'True'.", "Parameter userid is now 'u'.", "Parameter password is now '********'."],
    ],
    [{ name: 'setDiscoveryAuth', given: { enable: '0' } }, ["Parameter enable is now 'False'."]],
    [
      { name: 'deleteStorageObject', given: { storage_object: '/backstores/ramdisk/a/' } },
      ['Deleted storage object a.'],
    ],
    [{ name: 'clear', given: {} }, ['All configuration cleared']],
  ])('of %j are %j', (call, lines) => {
    expect(wordsOf(call)).toEqual(lines)
  })
})

describe('the words of a new storage object', () => {
  const file: EditCall = { name: 'createFileio', given: { name: 'f', file_or_dev: '/f', size: 4096 } }
  const whole: EditCall = { name: 'createFileio', given: { name: 'f', file_or_dev: '/f' } }

  it.each<[EditCall, EditWordsOptions, readonly string[]]>([
    [file, {}, ['Created fileio f with size 4096']],
    [whole, { backing: { existed: true, sizeBytes: 512 } }, ['Created fileio f with size 512']],
    [
      file,
      { backing: { existed: true, isBlockDevice: true, sizeBytes: 1024 } },
      [
        'Block device, size parameter ignored',
        'Note: block backstore preferred for best results',
        'Created fileio f with size 1024',
      ],
    ],
    [
      whole,
      { backing: { existed: true, isBlockDevice: true, sizeBytes: 1024 } },
      ['Note: block backstore preferred for best results', 'Created fileio f with size 1024'],
    ],
    [{ name: 'createRamdisk', given: { name: 'r', size: 512 } }, {}, ['Created ramdisk r with size 512.']],
    [
      { name: 'createPscsi', given: { name: 'p', dev: '/dev/sg0' } },
      {},
      ['Created pscsi storage object p using /dev/sg0'],
    ],
  ])('say what was found in its place: %j, %j', (call, options, lines) => {
    expect(wordsOf(call, options)).toEqual(lines)
  })
})
