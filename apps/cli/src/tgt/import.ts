import { resolve } from 'node:path'
import type { Json, JsonObject } from '@lunkit/config'
import { ConfigError, checkConfiguration, formatConfiguration, isIscsiName, parseConfiguration } from '@lunkit/config'
import type { Context, Reply } from '../commands/command.ts'
import { changeLines } from '../commands/document-commands.ts'
import { misused, Refusal } from '../refusal.ts'
import { readConf } from './conf-files.ts'
import type { Block } from './conf-text.ts'
import { ConfError } from './conf-text.ts'
import type { Around, Conversion } from './conversion.ts'
import { converted } from './conversion.ts'
import type { LeftOut } from './left-out.ts'

/** What `import` is given. */
export interface ImportGiven {
  readonly file: string
  readonly portal?: string
  readonly yes?: boolean
}

const PORTAL = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<ipv4>[0-9.]+))(?::(?<port>[0-9]{1,5}))?$/i
const ANY_PORTAL = '0.0.0.0:3260'

function portalOf(text: string): Around['portal'] {
  const { ipv6, ipv4, port = '3260' } = PORTAL.exec(text)?.groups ?? {}
  const ip_address = ipv6 ?? ipv4
  if (ip_address !== undefined) return { ip_address, port: Number(port) }
  throw misused(`${text} is no portal`, 'Right is ADDRESS[:PORT], an IPv6 address in brackets.')
}

const listIn = (document: JsonObject, key: string): readonly JsonObject[] => {
  const list = document[key]
  return Array.isArray(list) ? (list as readonly JsonObject[]) : []
}
const textsIn = (objects: readonly JsonObject[], key: string): readonly string[] =>
  objects.map(object => object[key]).filter(text => typeof text === 'string')

/** What a path is, as far as we can see; a device that is not there now has a name of one. */
const isBlockDevice = (context: Context) => async (path: string) => {
  const found = await context.found(path)
  return found?.existed === true ? found.isBlockDevice === true : path.startsWith('/dev/')
}

/** The document that is served, with what was converted in it. @throws {Refusal} where some of it is there already. */
function withImported(current: JsonObject, file: string, conversion: Conversion): string {
  const { storageObjects, settings, targets, discovery, isns } = conversion
  const there = new Set(textsIn(listIn(current, 'targets'), 'wwn'))
  const again = textsIn(targets, 'wwn').find(wwn => there.has(wwn))
  if (again !== undefined)
    throw new Refusal(`target with wwn ${again} exist, not importing`, {
      explanation: `Right is /iscsi delete ${again} before it, or ${file} without it.`,
    })
  const { lunkit = {} } = current as { readonly lunkit?: JsonObject }
  const fabrics = listIn(current, 'fabric_modules')
  const document = {
    ...current,
    ...(discovery && { fabric_modules: [...fabrics.filter(({ name }) => name !== 'iscsi'), discovery] }),
    lunkit: {
      ...lunkit,
      storage_objects: [...listIn(lunkit, 'storage_objects'), ...settings],
      ...(isns && { isns: [...listIn(lunkit, 'isns').filter(({ server }) => server !== isns.server), isns] }),
    },
    storage_objects: [...listIn(current, 'storage_objects'), ...storageObjects],
    targets: [...listIn(current, 'targets'), ...targets],
  }
  return formatConfiguration(checkConfiguration(document as unknown as Json))
}

async function confAt(path: string): Promise<Block> {
  try {
    return await readConf(path)
  } catch (error) {
    if (!(error instanceof ConfError)) throw error
    throw new Refusal(error.message, { explanation: `It is line ${error.at.line} of ${error.at.file}.` })
  }
}

const leftLine = ({ at, said, reason }: LeftOut): string => `line ${at.line} of ${at.file}: ${said}: ${reason}`

/** What initiators see otherwise, whatever the file says. */
const SEEN_OTHERWISE =
  'note: serial number, vendor and product stay; the names in VPD page 83h are made of them, where tgt has "IET" and a number'

/** A serial number that tgtd makes of the numbers of target and LUN, where nobody gives one. */
const MADE_BY_TGTD = /^beaf[0-9]+$/
const OF_NUMBERS =
  'note: serial numbers of "beaf" and numbers are those that tgtd makes when it begins with this file; what it has now says lunkit inquiry'

function planLines({ made, leftOut, storageObjects }: Conversion): readonly string[] {
  const left = leftOut.length === 0 ? [] : ['Not carried over:', ...leftOut.map(each => `  ${leftLine(each)}`)]
  const isOfNumbers = textsIn(storageObjects, 'wwn').some(wwn => MADE_BY_TGTD.test(wwn))
  const notes = isOfNumbers ? [SEEN_OTHERWISE, OF_NUMBERS] : [SEEN_OTHERWISE]
  return ['To be made:', ...made.map(line => `  ${line}`), ...left, ...notes]
}

/** The conversion of a file, into what is served now. */
async function conversionOf(context: Context, { file, portal = ANY_PORTAL }: ImportGiven, current: JsonObject) {
  const conf = await confAt(resolve(file))
  const objects = listIn(current, 'storage_objects')
  const conversion = await converted(conf, {
    names: new Set(textsIn(objects, 'name')),
    serials: textsIn(objects, 'wwn'),
    isBlockDevice: isBlockDevice(context),
    portal: portalOf(portal),
  })
  if (conversion.targets.length === 0) throw new Refusal(`${file} has no target that lunkit could serve`)
  const wrong = textsIn(conversion.targets, 'wwn').find(wwn => !isIscsiName(wwn))
  if (wrong !== undefined) throw new Refusal(`${JSON.stringify(wrong)} is no iSCSI name`)
  return conversion
}

/** `import tgt`: what a targets.conf of tgt has, beside what is served, as one change. */
export async function importedTgt(context: Context, given: ImportGiven): Promise<Reply> {
  const { client, print, confirm } = context
  const { document } = await client.call('document')
  const current = parseConfiguration(document) as unknown as JsonObject
  const conversion = await conversionOf(context, given, current)
  const wanted = documentWith(current, given.file, conversion)
  const planned = await client.call('plan', { document: wanted })
  const { made, leftOut } = conversion
  const said = [
    ...planLines(conversion),
    ...planned.notices.map(({ text, paths }) => `note: ${text} (${paths.join(', ')})`),
  ]
  if (given.yes !== true) {
    print?.(said, { made, leftOut, ...planned })
    if (!(await confirm('Import it?'))) throw misused('Nothing was imported.', 'Right is import tgt FILE --yes.')
  }
  const changes = await client.call('apply', { document: wanted })
  const done = changeLines({ ...changes, notices: [] }, 'Nothing of what is served changed.')
  return { lines: given.yes === true ? [...said, ...done] : done, data: { made, leftOut, ...changes } }
}

function documentWith(current: JsonObject, file: string, conversion: Conversion): string {
  try {
    return withImported(current, file, conversion)
  } catch (error) {
    if (error instanceof ConfigError) throw new Refusal(error.message)
    throw error
  }
}
