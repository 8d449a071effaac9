import { expect, it } from 'vitest'
import { documentChanges } from '../changes/document-changes.ts'
import { parseConfiguration } from '../document.ts'
import type { Configuration } from '../saveconfig.ts'
import { ConfigError } from '../schema/problem.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { richDocument } from '../testing/rich-document.ts'
import { EditError } from './edit-error.ts'
import { applyEdit, type EditCall, edits } from './edits.ts'

const target = 'iqn.2026-11.com.example:disk'
const at = { target, tag: 1 }
const acl = { ...at, initiator: 'iqn.1994-05.com.redhat:one' }
const f = { storage_object: '/backstores/fileio/f' }
const portal = { ...at, ip_address: '10.0.0.1', ip_port: 3260 }
const login = { userid: 'x', password: 'anothersecret', mutual_userid: 'y', mutual_password: 'yetanothersecret' }
const settings = { chap_algorithms: 'MD5', require_mutual_chap: 'yes' }

/** A call of each edit that something is there for, and of some one for which nothing is. */
const CALLS: readonly EditCall[] = [
  { name: 'createFileio', given: { name: 'g', file_or_dev: '/srv/g', size: 4096 } },
  { name: 'createFileio', given: { name: 'f', file_or_dev: '/srv/g', size: 4096 } },
  { name: 'createFileio', given: { name: 'g', file_or_dev: '/srv/f.img', size: 4096 } },
  { name: 'createRamdisk', given: { name: 'g', size: 4096, nullio: true, wwn: 'serial-b' } },
  { name: 'createBlock', given: { name: 'g', dev: '/dev/sdc', readonly: true, exclusive: false } },
  { name: 'createPscsi', given: { name: 'g', dev: '/dev/sg1' } },
  { name: 'resizeStorageObject', given: { ...f, size: 4_194_304 } },
  { name: 'resizeStorageObject', given: { storage_object: 'block/b', size: 4096 } },
  { name: 'deleteStorageObject', given: f },
  { name: 'deleteStorageObject', given: { storage_object: 'fileio/none' } },
  { name: 'createAluaGroup', given: { ...f, name: 'other', tag: 17 } },
  { name: 'createAluaGroup', given: { ...f, name: 'siteb', tag: 17 } },
  { name: 'createAluaGroup', given: { ...f, name: 'other', tag: 16 } },
  { name: 'createAluaGroup', given: { storage_object: 'pscsi/p', name: 'other', tag: 16 } },
  { name: 'deleteAluaGroup', given: { ...f, name: 'siteb' } },
  { name: 'deleteAluaGroup', given: { ...f, name: 'none' } },
  { name: 'setAluaGroup', given: { ...f, name: 'siteb', values: { alua_access_state: 2, preferred: 0 } } },
  { name: 'createTarget', given: { wwn: 'iqn.2026-11.com.example:new' } },
  { name: 'createTarget', given: { wwn: target } },
  { name: 'createTarget', given: {} },
  { name: 'deleteTarget', given: { wwn: target } },
  { name: 'deleteTarget', given: { wwn: 'iqn.2026-11.com.example:none' } },
  { name: 'createTpg', given: { target } },
  { name: 'createTpg', given: { target, tag: 2 } },
  { name: 'deleteTpg', given: at },
  { name: 'deleteTpg', given: { target, tag: 9 } },
  { name: 'enableTpg', given: { target, tag: 3 } },
  { name: 'disableTpg', given: at },
  { name: 'setTargetAlias', given: { target, alias: 'another' } },
  { name: 'setTargetAlias', given: { target, alias: '' } },
  { name: 'createPortal', given: { ...at, ip_address: '10.0.0.9', ip_port: 3261 } },
  { name: 'createPortal', given: portal },
  { name: 'deletePortal', given: portal },
  { name: 'deletePortal', given: { ...portal, ip_port: 1 } },
  { name: 'setPortal', given: { ...portal, iser: true } },
  { name: 'setDiscoveryOnly', given: { ...portal, discovery_only: true } },
  { name: 'setDiscoveryOnly', given: { ...portal, ip_address: '10.0.0.2', discovery_only: false } },
  { name: 'createLun', given: { ...at, ...f, lun: 9, add_mapped_luns: true } },
  { name: 'createLun', given: { ...at, ...f } },
  { name: 'createLun', given: { ...at, ...f, lun: 3 } },
  { name: 'createLun', given: { target, tag: 2, ...f, lun: 9 } },
  { name: 'createLun', given: { target, tag: 2, ...f } },
  { name: 'deleteLun', given: { ...at, lun: 0 } },
  { name: 'deleteLun', given: { ...at, lun: 7 } },
  { name: 'setLunAlua', given: { ...at, lun: 0, alua_tg_pt_gp_name: 'default_tg_pt_gp' } },
  { name: 'createAcl', given: { ...at, wwn: 'iqn.1994-05.com.redhat:three' } },
  { name: 'createAcl', given: { ...at, wwn: 'iqn.1994-05.com.redhat:one' } },
  { name: 'deleteAcl', given: acl },
  { name: 'deleteAcl', given: { ...acl, initiator: 'iqn.1994-05.com.redhat:none' } },
  { name: 'tagAcl', given: { ...acl, new_tag: 'plant' } },
  { name: 'tagAcl', given: { ...acl, initiator: 'iqn.1994-05.com.redhat:two', new_tag: 'farm' } },
  { name: 'untagAcl', given: { ...acl, initiator: 'farm' } },
  { name: 'createMappedLun', given: { ...acl, mapped_lun: 7, tpg_lun_or_backstore: 'lun3', write_protect: true } },
  { name: 'createMappedLun', given: { ...acl, mapped_lun: 0, tpg_lun_or_backstore: 'lun3' } },
  { name: 'createMappedLun', given: { ...acl, mapped_lun: 7, tpg_lun_or_backstore: 'lun9' } },
  { name: 'setMappedLun', given: { ...acl, mapped_lun: 1, write_protect: true } },
  { name: 'deleteMappedLun', given: { ...acl, mapped_lun: 1 } },
  { name: 'deleteMappedLun', given: { ...acl, mapped_lun: 8 } },
  { name: 'setStorageAttributes', given: { ...f, attributes: { emulate_tpu: 0, queue_depth: 64 } } },
  { name: 'setStorageAttributes', given: { ...f, attributes: { hw_block_size: 512 } } },
  { name: 'setStorageAttributes', given: { ...f, attributes: { emulate_tup: 0 } } },
  { name: 'setTpgAttributes', given: { ...at, attributes: { authentication: 0, login_timeout: 20 } } },
  { name: 'setTpgParameters', given: { ...at, parameters: { ImmediateData: 'No', MaxBurstLength: 'x' } } },
  { name: 'setTpgParameters', given: { ...at, parameters: { ImmediateData: 'No', MaxBurstLength: '65536' } } },
  { name: 'setAclAttributes', given: { ...acl, attributes: { nopin_timeout: 20 } } },
  { name: 'setTpgAuth', given: { ...at, ...login } },
  { name: 'setAclAuth', given: { ...acl, ...login } },
  { name: 'setAclAuth', given: { ...acl, userid: '', password: '', mutual_userid: '', mutual_password: '' } },
  { name: 'setDiscoveryAuth', given: { ...login, enable: '0' } },
  { name: 'setTpgSettings', given: { ...at, settings } },
  { name: 'setAclSettings', given: { ...acl, settings: { chap_algorithms: '', password_file: '/run/other' } } },
  { name: 'setDiscoverySettings', given: { settings } },
  { name: 'setStorageSettings', given: { ...f, settings: { vendor_id: '', removable: 'no' } } },
  { name: 'setStorageSettings', given: { ...f, settings: { log: 'all', delay_operation: 'zero', fault: 'noSpace' } } },
  { name: 'setStorageSettings', given: { ...f, settings: { fault_operation: 'discard', verify_path: 'relative' } } },
  { name: 'setServerSettings', given: { settings: { poll_us: 0, lanes: 5 } } },
  { name: 'setLimits', given: { limits: { connections: 7, bogus: 1 } } },
  { name: 'setLimits', given: { limits: { connections: 700 } } },
  { name: 'setRedirection', given: { target, tag: 2, address: '192.0.2.8' } },
  { name: 'setRedirection', given: { target, tag: 2, address: '', initiator: acl.initiator } },
  { name: 'setIsnsServer', given: { server: '192.0.2.9', remove: true } },
  { name: 'setIsnsServer', given: { server: '192.0.2.10' } },
  { name: 'setAccessRule', given: { ...at, initiators: 'tag:farm', mapped_luns: '0,5=lun3:ro', ...login } },
  { name: 'setAccessRule', given: { ...at, initiators: '192.0.2.0/24', write_protect: false, authentication: 1 } },
  { name: 'deleteAccessRule', given: { ...at, initiators: '192.0.2.0/24' } },
  { name: 'deleteAccessRule', given: { ...at, initiators: '192.0.9.0/24' } },
  { name: 'clear', given: {} },
]

type Path = readonly string[]

/** Every object and list in a document, which edits look into. */
function* holders(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return
  if (path.length > 0) yield path
  for (const [key, member] of Object.entries(value)) yield* holders(member, [...path, key])
}

function withTextAt(path: Path): object {
  const whole = structuredClone(richDocument) as Record<string, unknown>
  const holder = path.slice(0, -1).reduce((each, key) => each[key] as Record<string, unknown>, whole)
  holder[path.at(-1) as string] = 'x'
  return whole
}

function outcomeOf(before: Configuration, call: EditCall): string {
  try {
    const { configuration, made } = applyEdit(before, call, countingSources())
    return [...made.map(path => `made ${path}`), ...changesOf(before, configuration)].join('\n')
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    return `! ${error.fault} ${error.message}`
  }
}

const changesOf = (before: Configuration, after: Configuration): string[] =>
  documentChanges(before, after).map(change => JSON.stringify(change))

function readOrNone(document: object): Configuration | undefined {
  try {
    return parseConfiguration(JSON.stringify(document))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return undefined
  }
}

const whole = parseConfiguration(JSON.stringify(richDocument))
const broken = [...holders(richDocument)].flatMap(path => {
  const configuration = readOrNone(withTextAt(path))
  return configuration === undefined ? [] : [{ path: path.join('.'), configuration }]
})

it('each edit is tried', () => {
  expect(new Set(CALLS.map(({ name }) => name))).toEqual(new Set(Object.keys(edits)))
})

it.each(CALLS.map(call => [call.name, JSON.stringify(call.given), call] as const))(
  '%s %s does what it did, and is refused where what it needs cannot be read',
  (_name, _given, call) => {
    const usual = outcomeOf(whole, call)
    const others = broken.map(({ path, configuration }) => [path, outcomeOf(configuration, call)] as const)
    const told = others.filter(([, outcome]) => outcome !== usual).map(([path, outcome]) => `--- ${path}: ${outcome}`)
    expect([usual, ...told].join('\n')).toMatchSnapshot()
  },
)
