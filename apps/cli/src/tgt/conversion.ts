import type { Json, JsonObject } from '@lunkit/config'
import { naaDigits } from '@lunkit/config'
import type { Access } from './access.ts'
import { accessOf } from './access.ts'
import type { Block, Directive } from './conf-text.ts'
import type { DiskDraft } from './disk-options.ts'
import { diskOf } from './disk-options.ts'
import type { IsnsEntry } from './isns.ts'
import { isnsServerOf, isOfIsns } from './isns.ts'
import type { LeftOut } from './left-out.ts'
import { Leavings } from './left-out.ts'
import type { TgtStore, TgtTarget } from './tgt-target.ts'
import { lastOf, targetsIn } from './tgt-target.ts'

/** What is there already, and where targets are to listen. */
export interface Around {
  /** Names of storage objects, and their serial numbers. */
  readonly names: ReadonlySet<string>
  readonly serials: readonly string[]
  /** Whether a path is that of a block device. */
  readonly isBlockDevice: (path: string) => Promise<boolean>
  readonly portal: { readonly ip_address: string; readonly port: number }
}

/** What a configuration of tgt is in LIO's words. */
export interface Conversion {
  readonly storageObjects: readonly JsonObject[]
  /** What LIO has no words for, `lunkit.storage_objects`. */
  readonly settings: readonly JsonObject[]
  readonly targets: readonly JsonObject[]
  /** Settings of the fabric: authentication in discovery; undefined: none. */
  readonly discovery: JsonObject | undefined
  /** An iSNS server, `lunkit.isns`; undefined: none. */
  readonly isns: IsnsEntry | undefined
  /** What is made, in words. */
  readonly made: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

/** What tgt says of a disk of which nobody says anything. */
const TGT_VENDOR = 'IET'
const TGT_PRODUCT = 'VIRTUAL-DISK'
const TGT_REVISION = '0001'

interface MadeLun {
  readonly lun: number
  readonly path: string
  readonly readOnly: boolean
}

type Target = JsonObject & { readonly wwn: string }

/** Makes LIO's words of tgt's, target by target. */
class Converter {
  readonly leavings = new Leavings()
  readonly made: string[] = []
  readonly storageObjects: JsonObject[] = []
  readonly settings: JsonObject[] = []
  readonly #around: Around
  readonly #names: Set<string>
  /** The number of the next of each name that is there already. */
  readonly #next = new Map<string, number>()
  readonly #identities: Set<string>
  /** The storage objects of stores, by path: a file that several targets have is one disk. */
  readonly #ofPath = new Map<string, MadeLun>()

  constructor(around: Around) {
    this.#around = around
    this.#names = new Set(around.names)
    this.#identities = new Set(around.serials.map(naaDigits))
  }

  async target(target: TgtTarget): Promise<Target | undefined> {
    const { name, options } = target
    const driver = lastOf(options, 'driver')
    if (driver !== undefined && driver.value !== 'iscsi') {
      this.leavings.add(driver, `lunkit has no ${driver.value}: the target is left out`)
      return undefined
    }
    const access = accessOf(target, this.leavings)
    const luns = await this.#luns(target)
    this.#say(name, access, luns)
    return { fabric: 'iscsi', wwn: name, tpgs: [tpgOf(access, luns, this.#around.portal)] }
  }

  async #luns(target: TgtTarget): Promise<readonly MadeLun[]> {
    const luns = new Map<number, MadeLun>()
    // As in LIO, a storage object is one LUN of a TPG.
    const paths = new Set<string>()
    for (const store of target.stores) {
      const why = luns.has(store.lun) ? `LUN ${store.lun} is another one already` : undefined
      const again = paths.has(store.path) ? 'its file is another LUN of the target already' : why
      const lun = again ?? (await this.#lun(store, target))
      if (typeof lun === 'string') this.leavings.add({ name: kindOf(store), value: store.path, at: store.at }, lun)
      else {
        luns.set(store.lun, lun)
        paths.add(store.path)
      }
    }
    return [...luns.values()]
  }

  /** A LUN, and its storage object where there is none yet; why not, else. */
  async #lun(store: TgtStore & { readonly lun: number }, target: TgtTarget): Promise<MadeLun | string> {
    const draft = diskOf(defaultsOf(store, target), [target.options, store.options], this.leavings)
    const { path, lun } = store
    if (draft.unusable !== undefined) return draft.unusable
    if (!path.startsWith('/')) return 'its path does not begin with "/"'
    const before = this.#ofPath.get(path)
    if (before !== undefined) return { ...before, lun, readOnly: before.readOnly || draft.readOnly }
    if (store.isDirect)
      this.leavings.add(
        { name: 'direct-store', value: path, at: store.at },
        'the identity of the device is not taken over',
      )
    const made = { lun, path: await this.#disk(store, draft), readOnly: draft.readOnly }
    this.#ofPath.set(path, made)
    return made
  }

  async #disk({ path, at, isDirect }: TgtStore, draft: DiskDraft): Promise<string> {
    const plugin = (await this.#around.isBlockDevice(path)) ? 'block' : 'fileio'
    const name = this.#freeName(path)
    const serial = this.#freeSerial(draft, { name: isDirect ? 'direct-store' : 'backing-store', value: path, at })
    const { writeBack, direct, blockBytes } = draft
    this.storageObjects.push({
      ...{ plugin, name, dev: path, write_back: plugin === 'fileio' && writeBack },
      ...(plugin === 'fileio' && direct && { aio: true }),
      ...(serial !== undefined && { wwn: serial }),
      attributes: { block_size: blockBytes, emulate_write_cache: writeBack ? 1 : 0 },
    })
    const storage_object = `/backstores/${plugin}/${name}`
    this.settings.push(settingsOf(storage_object, draft))
    const who = [draft.vendor, draft.product].filter(word => word !== undefined).join(' ')
    this.made.push(`${storage_object}: ${path}${who === '' ? '' : `, ${who}`}, serial number ${serial ?? 'a new one'}`)
    return storage_object
  }

  /** A name of the file's that no storage object has. */
  #freeName(path: string): string {
    const base =
      path
        .replace(/^.*\//, '')
        .replace(/[^A-Za-z0-9:_.-]/g, '-')
        .slice(0, 200) || 'disk'
    let [name, number] = [base, this.#next.get(base) ?? 2]
    for (; this.#names.has(name); number++) name = `${base}-${number}`
    this.#names.add(name)
    this.#next.set(base, number)
    return name
  }

  /** Its serial number, unless another disk would look the same to initiators. */
  #freeSerial({ serial }: DiskDraft, directive: Directive): string | undefined {
    if (serial === undefined) return undefined
    const digits = naaDigits(serial)
    if (!this.#identities.has(digits)) {
      this.#identities.add(digits)
      return serial
    }
    this.leavings.add(directive, `its serial number ${serial} looks like that of another disk: it gets a new one`)
    return undefined
  }

  #say(name: string, access: Access, luns: readonly MadeLun[]): void {
    const { initiators, closed, authenticates, isOffline } = access
    const who = initiators === undefined ? 'everybody' : initiators.join(', ') || 'nobody'
    const why = closed ?? (isOffline ? 'it is offline' : undefined)
    const isMixed = initiators === undefined && luns.some(lun => lun.readOnly) && luns.some(lun => !lun.readOnly)
    const chap = authenticates ? ', who prove it by CHAP' : ''
    this.made.push(
      `/iscsi/${name}/tpg1${why === undefined ? '' : ', disabled'}: for ${why === undefined ? `${who}${chap}` : 'nobody'}`,
      ...luns.map(({ lun, path, readOnly }) => `  LUN ${lun}: ${path}${readOnly ? ', read-only' : ''}`),
      ...(isMixed ? ['  all of its LUNs are read-only to initiators without an ACL, because one of them is'] : []),
      ...(why === undefined ? [] : [`  ${why}; when its ACLs are right: lunkit /iscsi/${name}/tpg1 enable`]),
    )
  }
}

const kindOf = ({ isDirect }: TgtStore): string => (isDirect ? 'direct-store' : 'backing-store')

/** Who a disk of tgt says to be when nothing else is said; that of a device is the device's own. */
function defaultsOf({ isDirect, lun }: TgtStore & { readonly lun: number }, { tid }: TgtTarget) {
  return isDirect
    ? { serial: undefined, vendor: undefined, product: undefined, revision: undefined }
    : { serial: `beaf${tid}${lun}`, vendor: TGT_VENDOR, product: TGT_PRODUCT, revision: TGT_REVISION }
}

function settingsOf(storage_object: string, draft: DiskDraft): JsonObject {
  const { vendor, product, revision, removable, physicalExponent, blockBytes } = draft
  return {
    storage_object,
    ...(vendor && { vendor_id: vendor }),
    ...(product !== undefined && { product_id: product }),
    ...(revision !== undefined && { revision }),
    ...(removable && { removable }),
    ...(physicalExponent !== undefined && { physical_block_size: blockBytes * 2 ** physicalExponent }),
  }
}

/** A TPG that lets in nobody whom the target of tgt would not have let in. */
function tpgOf(access: Access, luns: readonly MadeLun[], portal: Around['portal']): JsonObject {
  const { initiators, authenticates, credentials, closed, isOffline, parameters } = access
  const isOpen = initiators === undefined && closed === undefined
  const mapped_luns = luns.map(({ lun, readOnly }) => ({ index: lun, tpg_lun: lun, write_protect: readOnly }))
  const acls: readonly Json[] = (initiators ?? []).map(node_wwn => ({ node_wwn, ...credentials, mapped_luns }))
  return {
    tag: 1,
    enable: closed === undefined && !isOffline,
    attributes: {
      authentication: authenticates ? 1 : 0,
      generate_node_acls: isOpen ? 1 : 0,
      // Where nobody has an ACL, all LUNs are read-only, or none is.
      demo_mode_write_protect: isOpen && luns.every(({ readOnly }) => !readOnly) ? 0 : 1,
    },
    ...(initiators === undefined && credentials),
    parameters,
    portals: [portal],
    luns: luns.map(({ lun, path }) => ({ index: lun, storage_object: path })),
    node_acls: acls,
  }
}

const DISCOVERY: Readonly<Record<string, string>> = {
  incomingdiscoveryuser: 'discovery_',
  outgoingdiscoveryuser: 'discovery_mutual_',
}
/** What is for tgtd itself, and has no meaning elsewhere. */
const OF_TGTD: readonly string[] = ['default-driver', 'ignore-errors', 'control-port']

/** What is said of all targets. */
function globalOf(conf: Block, leavings: Leavings): JsonObject | undefined {
  let discovery: Record<string, Json> | undefined
  for (const directive of conf.directives) {
    const { name, value } = directive
    const prefix = Object.hasOwn(DISCOVERY, name) ? DISCOVERY[name] : undefined
    if (prefix !== undefined) {
      const [user = '', password = ''] = value.split(/\s+/)
      discovery = { ...discovery, [`${prefix}userid`]: user, [`${prefix}password`]: password }
    } else if (!OF_TGTD.includes(name) && !isOfIsns(directive)) leavings.add(directive, 'nobody knows what it says')
  }
  return discovery && { name: 'iscsi', ...discovery, discovery_enable_auth: true }
}

const byFile = ({ at: { file: one } }: LeftOut, { at: { file: other } }: LeftOut): number =>
  one < other ? -1 : Number(one > other)

/** What a configuration of tgt is in LIO's words, and what of it cannot be said in them. */
export async function converted(conf: Block, around: Around): Promise<Conversion> {
  const converter = new Converter(around)
  const discovery = globalOf(conf, converter.leavings)
  const isns = isnsServerOf(conf.directives, converter.leavings)
  const driver = lastOf(conf.directives, 'default-driver')
  const targets: Target[] = []
  for (const target of targetsIn(conf, converter.leavings)) {
    const options = driver === undefined ? target.options : [{ ...driver, name: 'driver' }, ...target.options]
    const made = await converter.target({ ...target, options })
    if (made !== undefined) targets.push(made)
  }
  const { storageObjects, settings, made, leavings } = converter
  if (isns !== undefined) made.push(`lunkit isns ${isns.server}: where targets are registered`)
  // As they stand in their files, whoever found them.
  const leftOut = leavings.all.toSorted((one, other) => byFile(one, other) || one.at.line - other.at.line)
  return { storageObjects, settings, targets, discovery, isns, made, leftOut }
}
