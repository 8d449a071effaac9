import { lunkitVersion } from '../../apps/cli/src/version.ts'
import {
  aclAttributes,
  aluaAttributes,
  type Change,
  limitSettings,
  loginSettings,
  plugins,
  serverSettings,
  storageAttributes,
  storageSettings,
  tpgAttributes,
  tpgParameters,
} from '../../packages/config/src/index.ts'
import type { PluginRow } from '../../packages/config/src/plugins/plugin.ts'
import { configurationParts } from '../../packages/config/src/saveconfig.ts'
import { anything, type Kind, type Kinds, type ObjectKind, type Shape } from '../../packages/config/src/schema/kind.ts'
import { secretReference } from '../../packages/config/src/secret-reference.ts'
import { Roff } from './roff.ts'

/** A row of a table of LIO's words, as far as it is written here. */
interface WrittenRow {
  readonly default: string | number
  readonly values: string
  readonly meaning: string
  readonly change: Change
  readonly shortfall?: { readonly kind: string; readonly text: string }
}

const CHANGES: Readonly<Record<Change, string>> = {
  always: '',
  unexported: ' It is set while no LUN exports it.',
  never: ' It is never set.',
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`

function addRows(page: Roff, title: string, table: Readonly<Record<string, WrittenRow>>): void {
  page.part(title)
  for (const [name, { default: value, values, meaning, change, shortfall }] of Object.entries(table)) {
    const short = shortfall === undefined ? '' : ` Not everything is served: ${shortfall.text}.`
    page.term(`${name}=${value}`, `${sentence(meaning)} Right is ${values}.${CHANGES[change]}${short}`)
  }
}

interface WrittenSetting {
  readonly kind: Pick<Kind<unknown>, 'right'>
  readonly default: unknown
  readonly meaning: string
}

function addSettings(page: Roff, title: string, table: Readonly<Record<string, WrittenSetting>>): void {
  page.part(title)
  for (const [name, { kind, default: value, meaning }] of Object.entries(table))
    page.term(
      value === undefined ? name : `${name}=${JSON.stringify(value)}`,
      `${sentence(meaning)} Right is ${kind.right}.`,
    )
}

/** What is read by its own rules, a part at a time. */
const keyText = ({ right }: Pick<Kind<unknown>, 'right'>, isRequired: boolean): string =>
  `${isRequired ? 'Required. ' : ''}${right === anything.right ? 'Each of its members is judged by itself.' : `Right is ${right}.`}`

function addKeys(page: Roff, { required, optional }: Pick<Shape<Kinds, Kinds>, 'required' | 'optional'>): void {
  for (const [name, kind] of Object.entries(required)) page.term(name, keyText(kind, true))
  for (const [name, kind] of Object.entries(optional)) page.term(name, keyText(kind, false))
}

interface WrittenService {
  readonly kind: ObjectKind<Kinds, Kinds>
}

function addPlugins(page: Roff): void {
  page.part('A storage object (storage_objects), by its plugin')
  const rows = plugins as unknown as Readonly<Record<string, PluginRow<WrittenService | undefined>>>
  for (const [name, { meaning, service, oldName }] of Object.entries(rows)) {
    const old = oldName === undefined ? '' : ` Files of old versions call it ${oldName}.`
    page.term(name, `${sentence(meaning)}${service === undefined ? ' It is kept, and not served.' : ''}${old}`)
    if (service !== undefined) page.below(below => addKeys(below, service.kind.shape))
  }
}

function addParts(page: Roff): void {
  for (const { what, where, shape } of configurationParts) {
    page.part(`${what} (${where})`)
    addKeys(page, shape)
  }
}

function addHead(page: Roff): Roff {
  return page
    .section('NAME')
    .text('saveconfig - the configuration of lunkitd, which is that of LIO: saveconfig.json')
    .section('DESCRIPTION')
    .text(
      'A saveconfig.json is what targetcli and lunkit save: an object of JSON. lunkitd serves of it what it can. What it cannot serve yet is kept, stays in the file, and is named once; what restricts access or protects data and cannot be enforced is refused. lunkitd --check says of a file what would be served. What stands here below comes from the tables that lunkitd reads, checks and serves it by; a value that is left out is the one behind the "=".',
    )
}

/** saveconfig(5), from the tables of the configuration. */
export function saveconfigPage(): string {
  const source = `lunkit ${lunkitVersion()}`
  const page = addHead(new Roff({ name: 'SAVECONFIG', section: '5', source, book: 'lunkit' }))
  page.section('OBJECTS')
  addParts(page)
  addPlugins(page)
  page.section('ATTRIBUTES AND PARAMETERS')
  addRows(page, 'Attributes of a storage object', storageAttributes)
  addRows(page, 'Attributes of a TPG', tpgAttributes)
  addRows(page, 'Parameters of a TPG', tpgParameters)
  addRows(page, 'Attributes of an ACL', aclAttributes)
  addRows(page, 'Attributes of an ALUA group', aluaAttributes)
  page.section('SETTINGS OF LUNKIT')
  addSettings(page, 'Of the server (lunkit)', serverSettings)
  addSettings(page, 'Of a storage object (lunkit.storage_objects)', storageSettings)
  addSettings(page, 'Of a TPG, an ACL (lunkit.authentication) or discovery (lunkit.discovery)', loginSettings)
  for (const name of ['password', 'mutual_password'])
    page.term(name, `Where that secret stands, in the place of LIO's own. Right is ${secretReference.right}.`)
  page.part('Limits (lunkit.limits)')
  for (const [name, { meaning, least, most }] of Object.entries(limitSettings))
    page.term(name, `${sentence(meaning)} Right is a whole number from ${least} to ${most}.`)
  return page.section('SEE ALSO').text('lunkit(1), lunkitd(8), targetcli(8)').toString()
}
