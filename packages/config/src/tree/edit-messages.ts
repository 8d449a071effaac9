import type { EditArguments, EditName } from '../edits/edits.ts'
import type { ValueCall, Values } from '../edits/values.ts'
import { ISCSI_PORT } from '../iscsi-port.ts'
import { HIDDEN, isSecret } from './secrets.ts'

/** What was found where a file or a device of a storage object was to be. */
export interface FoundBacking {
  /** Whether it was there before. */
  readonly existed: boolean
  readonly isBlockDevice?: boolean
  /** Bytes that it has now. */
  readonly sizeBytes: number
}

/** What the words of an edit depend on beside it. */
export interface EditWordsOptions {
  /** Passwords are said as they are; left out: as asterisks. */
  readonly showsSecrets?: boolean
  /** A size as it was typed, which targetcli repeats: `32M`. */
  readonly typedSize?: string
  readonly backing?: FoundBacking
}

/** What the words of an edit are made of. */
export interface Told<G> extends EditWordsOptions {
  readonly given: G
  readonly made: readonly string[]
  /** There was nothing to change. */
  readonly isSame: boolean
  /** Values in force after it. */
  now(of: ValueCall): Values
}

/** The words of an edit. */
export type Words<G> = (told: Told<G>) => readonly string[]

const parameter = (name: string, value: string | number): string => `Parameter ${name} is now '${value}'.`

/** What was set, as it reads now: targetcli reads again what it has set. */
function parameters(given: object, values: Values, { showsSecrets }: EditWordsOptions): readonly string[] {
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name))
  return names.map(name => {
    const value = values[name] ?? ''
    const isHidden = isSecret(name) && value !== '' && showsSecrets !== true
    return parameter(name, isHidden ? HIDDEN : value)
  })
}

const switchWord = (isOn: boolean): string => (isOn ? 'True' : 'False')
const numberAt = (path: string): number => Number(/[0-9]+$/.exec(path)?.[0])
const lunsIn = (made: readonly string[]): readonly string[] => made.filter(path => /\/luns\/lun[0-9]+$/.test(path))
const mappedIn = (made: readonly string[]): readonly string[] => made.filter(path => /\/mapped_lun[0-9]+$/.test(path))

/** The initiator of a mapped LUN, by its path. */
const initiatorOf = (path: string): string =>
  path.slice(path.lastIndexOf('/acls/') + '/acls/'.length, path.lastIndexOf('/'))

/** A new TPG, and its portal where targetcli's preference asks for one. */
function tpgWords(
  made: readonly string[],
  given: Pick<EditArguments<'createTpg'>, 'auto_add_default_portal'>,
): readonly string[] {
  const created = `Created TPG ${numberAt(made[0] ?? '')}.`
  if (given.auto_add_default_portal === false) return [created]
  if (!made.some(path => path.endsWith(`/portals/0.0.0.0:${ISCSI_PORT}`)))
    return [created, 'Default portal not created, TPGs within a target cannot share ip:port.']
  const portal = `Created default portal listening on all IPs (0.0.0.0), port ${ISCSI_PORT}.`
  return [created, 'Global pref auto_add_default_portal=true', portal]
}

/** A file that is there has its own size, and a device too, whatever was asked for. */
function fileioWords({ given, backing }: Told<EditArguments<'createFileio'>>): readonly string[] {
  const { name, file_or_dev, size } = given
  const isSizeGiven = size !== undefined
  const notes =
    backing?.isBlockDevice === true
      ? [
          ...(isSizeGiven ? ['Block device, size parameter ignored'] : []),
          'Note: block backstore preferred for best results',
        ]
      : []
  if (backing?.existed === true && backing.isBlockDevice !== true && isSizeGiven)
    notes.push(`${file_or_dev} exists, using its size (${backing.sizeBytes} bytes) instead`)
  return [...notes, `Created fileio ${name} with size ${backing?.sizeBytes ?? size ?? 'of its file'}`]
}

function portalWords({ given }: Told<EditArguments<'createPortal'>>): readonly string[] {
  const { ip_address = '0.0.0.0', ip_port = ISCSI_PORT } = given
  return [
    ...(ip_port === ISCSI_PORT ? [`Using default IP port ${ip_port}`] : []),
    ...(ip_address === '0.0.0.0' ? [`Binding to INADDR_ANY (${ip_address})`] : []),
    `Created network portal ${ip_address}:${ip_port}.`,
  ]
}

function discoveryWords(told: Told<EditArguments<'setDiscoveryAuth'>>): readonly string[] {
  const { enable, ...credentials } = told.given
  const values = told.now({ name: 'discoveryAuth', given: {} })
  const isOn = enable === undefined ? [] : [parameter('enable', switchWord(values.enable === 1))]
  return [...isOn, ...parameters(credentials, values, told)]
}

/** What targetcli prints of each edit. What it has no command for says what a value that is set does. */
export const editMessages: { readonly [K in EditName]: Words<EditArguments<K>> } = {
  createFileio: fileioWords,
  createRamdisk: ({ given, typedSize }) => [`Created ramdisk ${given.name} with size ${typedSize ?? given.size}.`],
  createBlock: ({ given }) => [`Created block storage object ${given.name} using ${given.dev}.`],
  createPscsi: ({ given, backing }) => [
    ...(backing?.isBlockDevice === true ? ['Note: block backstore recommended for SCSI block devices'] : []),
    `Created pscsi storage object ${given.name} using ${given.dev}`,
  ],
  resizeStorageObject: ({ given }) => [parameter('size', given.size)],
  deleteStorageObject: ({ given }) => [
    `Deleted storage object ${given.storage_object.replace(/\/$/, '').replace(/^.*\//, '')}.`,
  ],
  createAluaGroup: ({ given }) => [`Created ALUA TPG ${given.name}.`],
  deleteAluaGroup: () => [],
  setAluaGroup: told => {
    const { values, ...at } = told.given
    return parameters(values, told.now({ name: 'aluaGroup', given: at }), told)
  },
  createTarget: ({ made: [target = '', ...made], given }) => [
    `Created target ${target.slice('/iscsi/'.length)}.`,
    ...tpgWords(made, given),
  ],
  deleteTarget: ({ given }) => [`Deleted Target ${given.wwn}.`],
  setTargetAlias: ({ given }) => [parameter('TargetAlias', given.alias)],
  createTpg: ({ made, given }) => tpgWords(made, given),
  deleteTpg: ({ given }) => [`Deleted TPGT ${given.tag}.`],
  enableTpg: ({ isSame }) => [isSame ? 'The TPGT is already enabled.' : 'The TPGT has been enabled.'],
  disableTpg: ({ isSame }) => [isSame ? 'The TPGT is already disabled.' : 'The TPGT has been disabled.'],
  createPortal: portalWords,
  deletePortal: ({ given }) => [`Deleted network portal ${given.ip_address}:${given.ip_port ?? ISCSI_PORT}`],
  setPortal: ({ given: { iser, offload } }) => [
    ...(iser === undefined ? [] : [`iSER enable now: ${switchWord(iser)}`]),
    ...(offload === undefined ? [] : [`offload enable now: ${switchWord(offload)}`]),
  ],
  createLun: ({ made }) => [
    ...lunsIn(made).map(path => `Created LUN ${numberAt(path)}.`),
    ...mappedIn(made).map(
      path =>
        `Created LUN ${numberAt(lunsIn(made)[0] ?? '')}->${numberAt(path)} mapping in node ACL ${initiatorOf(path)}`,
    ),
  ],
  deleteLun: ({ given }) => [`Deleted LUN ${given.lun}.`],
  setLunAlua: ({ given }) => [parameter('alua_tg_pt_gp_name', given.alua_tg_pt_gp_name)],
  createAcl: ({ made, given }) => [
    `Created Node ACL for ${(made[0] ?? given.wwn).replace(/^.*\/acls\//, '')}`,
    ...mappedIn(made).map(path => `Created mapped LUN ${numberAt(path)}.`),
  ],
  deleteAcl: ({ given }) => [`Deleted Node ACL ${given.initiator}.`],
  tagAcl: () => [],
  untagAcl: () => [],
  createMappedLun: ({ made, given }) => [
    ...lunsIn(made).map(path => `Created LUN ${numberAt(path)}.`),
    `Created Mapped LUN ${given.mapped_lun}.`,
  ],
  setMappedLun: ({ given }) => [parameter('write_protect', switchWord(given.write_protect))],
  deleteMappedLun: ({ given }) => [`Deleted Mapped LUN ${given.mapped_lun}.`],
  setStorageAttributes: told => {
    const { attributes, ...at } = told.given
    return parameters(attributes, told.now({ name: 'storageAttributes', given: at }), told)
  },
  setTpgAttributes: told => {
    const { attributes, ...at } = told.given
    return parameters(attributes, told.now({ name: 'tpgAttributes', given: at }), told)
  },
  setTpgParameters: told => {
    const { parameters: set, ...at } = told.given
    return parameters(set, told.now({ name: 'tpgParameters', given: at }), told)
  },
  setAclAttributes: told => {
    const { attributes, ...at } = told.given
    return parameters(attributes, told.now({ name: 'aclAttributes', given: at }), told)
  },
  setTpgAuth: told => {
    const { target, tag, ...credentials } = told.given
    return parameters(credentials, told.now({ name: 'tpgAuth', given: { target, tag } }), told)
  },
  setAclAuth: told => {
    const { target, tag, initiator, ...credentials } = told.given
    return parameters(credentials, told.now({ name: 'aclAuth', given: { target, tag, initiator } }), told)
  },
  setDiscoveryAuth: discoveryWords,
  setTpgSettings: told => {
    const { settings, ...at } = told.given
    return parameters(settings, told.now({ name: 'tpgSettings', given: at }), told)
  },
  setAclSettings: told => {
    const { settings, ...at } = told.given
    return parameters(settings, told.now({ name: 'aclSettings', given: at }), told)
  },
  setDiscoverySettings: told =>
    parameters(told.given.settings, told.now({ name: 'discoverySettings', given: {} }), told),
  setStorageSettings: told => {
    const { settings, ...at } = told.given
    return parameters(settings, told.now({ name: 'storageSettings', given: at }), told)
  },
  setServerSettings: told => parameters(told.given.settings, told.now({ name: 'serverSettings', given: {} }), told),
  setLimits: told => parameters(told.given.limits, told.now({ name: 'limits', given: {} }), told),
  setRedirection: ({ given: { address, initiator = 'everybody', permanent = false } }) => [
    address === ''
      ? `Logins of ${initiator} are sent nowhere any more.`
      : `Logins of ${initiator} are sent to ${address}${permanent ? ' for good' : ''}.`,
  ],
  setIsnsServer: ({ given: { server, remove = false } }) => [
    remove ? `Targets are registered at ${server} no longer.` : `Targets are registered at ${server}.`,
  ],
  setAccessRule: ({ given: { initiators } }) => [`Initiators of ${initiators} are let in.`],
  deleteAccessRule: ({ given: { initiators } }) => [`Deleted the access rule ${initiators}.`],
  setDiscoveryOnly: ({ given: { ip_address, ip_port = ISCSI_PORT, discovery_only } }) => [
    `Portal ${ip_address}:${ip_port} is ${discovery_only ? 'for discovery only' : 'for discovery and logins'}.`,
  ],
  clear: () => ['All configuration cleared'],
}
