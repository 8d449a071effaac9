import fc from 'fast-check'
import type { EditSources } from '../edits/edit-sources.ts'
import type { EditArguments, EditCall, EditName } from '../edits/edits.ts'

/** Bytes that count up, so that whoever asks gets others each time and a test the same. */
export function countingSources(): EditSources {
  let next = 0
  const randomBytes = (length: number) => {
    next++
    return Uint8Array.from({ length }, (_, at) => (next >> (8 * (at % 3))) & 0xff)
  }
  return { randomBytes, machine: { host: 'host.example', architecture: 'x86_64' } }
}

/** Two targets' names, the second in another form of writing. */
const TARGETS = [...times(4, 'iqn.2026-11.com.example:a'), 'IQN.2026-11.com.example:B', 'not a name']
const INITIATORS = [...times(3, 'iqn.1994-05.com.redhat:one'), 'iqn.1994-05.com.redhat:two', 'farm', 'x y']
const STORAGE = [
  ...times(3, '/backstores/fileio/a'),
  ...times(3, 'ramdisk/a'),
  ...['fileio/b', 'block/a', 'pscsi/a', '/backstores/ramdisk/none', 'nothing'],
]
const SIZES = [0, 512, 4096, 1_048_576]
const SERIALS = ['00000000-0000-4000-8000-000000000001', 'A-1', 'a1', '']

/** A value that is to be taken so many times as often as another. */
function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value)
}

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined })

const name = one('a', 'b', 'b', 'a b')
const wwn = maybe(one(...SERIALS))
const storage_object = one(...STORAGE)
const tpg = { target: one(...TARGETS), tag: one(...times(5, 1), 2, 70_000) }
const acl = { ...tpg, initiator: one(...INITIATORS) }
const number = one(0, 0, 1, 2, 16_384)
const ip_address = one('0.0.0.0', '10.0.0.1', '[::0]', 'fe80::1', 'host')
const portal = { ...tpg, ip_address, ip_port: maybe(one(3260, 3261)) }
const initiators = one('192.0.2.0/24', '192.0.2.0/24', 'tag:a', 'iqn.2026-11.*', '192.0.2.7/24', '*')
const credentials = {
  userid: maybe(one('', 'user')),
  password: maybe(one('', 'secret', 'NULL')),
  mutual_userid: maybe(one('')),
  mutual_password: maybe(one('x'.repeat(300))),
}
const values = (...names: readonly string[]) =>
  fc.dictionary(one(...names), one<string | number>(0, 1, 2, 64, 4096, -1, 'Yes', 'No', 'CHAP', 'None', ''), {
    maxKeys: 2,
  })

const places = {
  password_file: maybe(one('', '/run/a', 'b')),
  password_credential: maybe(one('', 'a')),
  mutual_password_file: maybe(one('', '/run/b')),
  mutual_password_credential: maybe(one('', 'a/b')),
}

const logins = fc.record(
  {
    chap_algorithms: one('', 'SHA256,MD5', 'none'),
    require_mutual_chap: one('', 'yes'),
    password_file: one('', '/run/a', 'b'),
    mutual_password_credential: one('', 'a', 'a/b'),
  },
  { requiredKeys: [] },
)

type Given = { readonly [K in EditName]: fc.Arbitrary<Record<keyof EditArguments<K>, unknown>> }

const given: Given = {
  createFileio: fc.record({
    name,
    file_or_dev: one('/srv/a', '/srv/b', 'relative'),
    size: maybe(one(...SIZES)),
    write_back: maybe(fc.boolean()),
    sparse: maybe(fc.boolean()),
    aio: maybe(fc.boolean()),
    readonly: maybe(fc.boolean()),
    wwn,
  }),
  createRamdisk: fc.record({ name, size: one(...SIZES), nullio: maybe(fc.boolean()), wwn }),
  createBlock: fc.record({
    name,
    dev: one('/dev/a'),
    readonly: maybe(fc.boolean()),
    exclusive: maybe(fc.boolean()),
    wwn,
  }),
  createPscsi: fc.record({ name, dev: one('/dev/sg0', 'sg0') }),
  resizeStorageObject: fc.record({ storage_object, size: one(...SIZES) }),
  deleteStorageObject: fc.record({ storage_object }),
  createAluaGroup: fc.record({ storage_object, name: one('siteb', 'default_tg_pt_gp', 'a b'), tag: one(0, 16) }),
  deleteAluaGroup: fc.record({ storage_object, name: one('siteb', 'default_tg_pt_gp') }),
  setAluaGroup: fc.record({
    storage_object,
    name: one('siteb', 'default_tg_pt_gp'),
    values: values('alua_access_state', 'preferred', 'alua_support_lba_dependent', 'bogus'),
  }),
  createTarget: fc.record({
    wwn: maybe(one(...TARGETS)),
    auto_add_default_portal: maybe(fc.boolean()),
    auto_enable_tpgt: maybe(fc.boolean()),
  }),
  deleteTarget: fc.record({ wwn: one(...TARGETS) }),
  createTpg: fc.record({
    target: tpg.target,
    tag: maybe(tpg.tag),
    auto_add_default_portal: maybe(fc.boolean()),
    auto_enable_tpgt: maybe(fc.boolean()),
  }),
  deleteTpg: fc.record(tpg),
  enableTpg: fc.record(tpg),
  disableTpg: fc.record(tpg),
  setTargetAlias: fc.record({ target: tpg.target, alias: one('', 'an alias', 'a\nb') }),
  createPortal: fc.record({ ...portal, ip_address: maybe(ip_address) }),
  deletePortal: fc.record(portal),
  setPortal: fc.record({ ...portal, iser: maybe(fc.boolean()), offload: maybe(fc.boolean()) }),
  createLun: fc.record({ ...tpg, storage_object, lun: maybe(number), add_mapped_luns: maybe(fc.boolean()) }),
  deleteLun: fc.record({ ...tpg, lun: number }),
  setLunAlua: fc.record({ ...tpg, lun: number, alua_tg_pt_gp_name: one('siteb', 'default_tg_pt_gp') }),
  createAcl: fc.record({ ...tpg, wwn: one(...INITIATORS), add_mapped_luns: maybe(fc.boolean()) }),
  deleteAcl: fc.record(acl),
  tagAcl: fc.record({ ...acl, new_tag: one(...times(6, 'farm'), 'a.b', 'a/b', '') }),
  untagAcl: fc.record(acl),
  createMappedLun: fc.record({
    ...acl,
    mapped_lun: number,
    tpg_lun_or_backstore: fc.oneof(one('lun0', '1', 'lun7'), storage_object),
    write_protect: maybe(fc.boolean()),
  }),
  setMappedLun: fc.record({ ...acl, mapped_lun: number, write_protect: fc.boolean() }),
  deleteMappedLun: fc.record({ ...acl, mapped_lun: number }),
  setStorageAttributes: fc.record({
    storage_object,
    attributes: values('block_size', 'emulate_tpu', 'emulate_write_cache', 'hw_block_size', 'queue_depth', 'bogus'),
  }),
  setTpgAttributes: fc.record({
    ...tpg,
    attributes: values('authentication', 'generate_node_acls', 'default_cmdsn_depth', 'bogus'),
  }),
  setTpgParameters: fc.record({
    ...tpg,
    parameters: values('AuthMethod', 'ImmediateData', 'MaxOutstandingR2T', 'bogus'),
  }),
  setAclAttributes: fc.record({ ...acl, attributes: values('authentication', 'nopin_timeout', 'bogus') }),
  setTpgAuth: fc.record({ ...tpg, ...credentials }),
  setAclAuth: fc.record({ ...acl, ...credentials }),
  setDiscoveryAuth: fc.record({ ...credentials, enable: maybe(one('0', '1', 'false')) }),
  setTpgSettings: fc.record({ ...tpg, settings: logins }),
  setAclSettings: fc.record({ ...acl, settings: logins }),
  setDiscoverySettings: fc.record({ settings: logins }),
  setStorageSettings: fc.record({
    storage_object,
    settings: values('physical_block_size', 'removable', 'create', 'vendor_id', 'company_id', 'bogus'),
  }),
  setServerSettings: fc.record({ settings: values('poll_us', 'create_files', 'bogus') }),
  setLimits: fc.record({ limits: values('connections', 'login_requests', 'text_bytes', 'bogus') }),
  setRedirection: fc.record({
    ...tpg,
    address: one('', '192.0.2.7', '[2001:db8::7]:3261', 'no where'),
    initiator: maybe(one('iqn.2026-11.com.example:host', 'nobody')),
    permanent: maybe(fc.boolean()),
  }),
  setIsnsServer: fc.record({
    server: one('192.0.2.7', '192.0.2.7:3205', '[2001:db8::7]', 'no where'),
    entity: maybe(one('a', 'no name')),
    remove: maybe(fc.boolean()),
  }),
  setAccessRule: fc.record({
    ...tpg,
    ...credentials,
    ...places,
    initiators,
    authentication: maybe(one(-1, 0, 1)),
    mapped_luns: maybe(one('', '0', '5=lun0:ro,1', 'lun')),
    write_protect: maybe(fc.boolean()),
  }),
  deleteAccessRule: fc.record({ ...tpg, initiators }),
  setDiscoveryOnly: fc.record({ ...portal, discovery_only: fc.boolean() }),
  clear: fc.record({}),
}

const OFTEN: readonly EditName[] = [
  'createTarget',
  'createFileio',
  'createRamdisk',
  'createLun',
  'createAcl',
  'createMappedLun',
  'createTpg',
  'createAluaGroup',
  'deleteAluaGroup',
]

/** Any edit, with arguments that often fit the tree and sometimes nothing. What makes comes more often, what clears seldom. */
export const editCall: fc.Arbitrary<EditCall> = fc.oneof(
  ...(Object.keys(given) as EditName[]).map(each => ({
    weight: OFTEN.includes(each) ? 8 : each === 'clear' ? 1 : 3,
    arbitrary: given[each].map(taken => ({ name: each, given: taken }) as unknown as EditCall),
  })),
)
