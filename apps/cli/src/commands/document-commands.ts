import { readFile, rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ResultOf } from '@lunkit/control/client'
import { ControlFault, FaultKind } from '@lunkit/control/client'
import { explained } from '../faults/edit-refusal.ts'
import { systemWords } from '../faults/system-words.ts'
import { misused, Refusal } from '../refusal.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { fileNames } from './completions.ts'
import { kinds, may, needs, of } from './parameter.ts'
import { restored } from './restored.ts'

type Changes = ResultOf<'plan'>

const FILE = of(fileNames, needs('file', kinds.text, 'the path of a saveconfig.json'))
const savefile = of(fileNames, may('savefile', kinds.text, "the daemon's own file"))

/** The text of a file of ours. @throws {Refusal} where it cannot be read. */
async function textOf(path: string, wrong: (path: string) => string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Refusal(wrong(path), { explanation: `It says: ${systemWords(error)}; right is a file that can be read.` })
  }
}

const unreadable = (path: string): string => `Cannot read ${path}`

/** What comes of a file of ours; what is wrong in it is told with its path. @throws {Refusal} */
async function ofFile<T>(path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const isInFile = error instanceof ControlFault && error.kind === FaultKind.refused && !error.where.startsWith('/')
    if (!isInFile) throw error
    throw new Refusal(`${path} is no configuration`, { explanation: explained(error), fault: error.toJSON() })
  }
}

type Change = Changes['changes'][number]

const UNNOTICED = ', which no initiator notices'
const notNoticed =
  (word: string) =>
  ({ path, noticed }: Change): readonly string[] =>
    noticed ? [] : [`${word} ${path}${UNNOTICED}`]

/** Where a document differs, as far as the steps of what is served do not say it. */
const PLACES: Readonly<Record<Change['kind'], (change: Change) => readonly string[]>> = {
  added: notNoticed('adds'),
  removed: notNoticed('removes'),
  changed: ({ path, keys, noticed }) => [
    `changes ${path}${keys.length === 0 ? '' : ` (${keys.join(', ')})`}${noticed ? '' : UNNOTICED}`,
  ],
}

/** What changes, in words. */
export function changeLines({ steps, notices, changes }: Changes, none: string): readonly string[] {
  const told = notices.map(({ text, paths }) => `note: ${text} (${paths.join(', ')})`)
  const kept = changes.flatMap(change => PLACES[change.kind](change))
  return [...(steps.length === 0 ? [none] : steps), ...kept, ...told]
}

async function plan({ client }: Context, { file }: { readonly file?: string }): Promise<Reply> {
  const path = resolve(file ?? '')
  const document = await textOf(path, unreadable)
  const changes = await ofFile(path, client.call('plan', { document }))
  return { lines: changeLines(changes, 'It would change nothing of what is served.'), data: changes }
}

interface Apply {
  readonly file?: string
  readonly yes?: boolean
  readonly leave_out?: boolean
}

async function apply(context: Context, given: Apply): Promise<Reply> {
  const { client, print, confirm } = context
  const path = resolve(given.file ?? '')
  const document = await textOf(path, unreadable)
  const planned = await ofFile(path, client.call('plan', { document }))
  if (given.yes !== true) {
    print?.(changeLines(planned, 'It would change nothing of what is served.'), planned)
    if (!(await confirm('Apply it?'))) throw misused('Nothing was applied.', 'Right is apply FILE --yes.')
  }
  const changes = await client.call('apply', { document, leaveOut: given.leave_out === true })
  refuseNotOpened(changes)
  return { lines: changeLines(changes, 'Nothing of what is served changed.'), data: changes }
}

/** A file of ours with the secrets of a configuration, whole or not at all, for its owner alone. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(part, path)
  } catch (error) {
    const explanation = `It says: ${systemWords(error)}; right is a path in a directory that is there and can be written.`
    throw new Refusal(`Cannot write ${path}`, { explanation })
  }
}

/** Saves to the daemon's own file, of which it keeps generations, or to any other. */
export async function saveConfiguration(
  { client }: Pick<Context, 'client'>,
  { savefile, force = false }: { readonly savefile?: string; readonly force?: boolean },
): Promise<Reply> {
  const wanted = savefile === undefined ? undefined : resolve(savefile)
  const own = wanted === undefined ? undefined : (await client.call('status')).configuration.path
  if (wanted === undefined || wanted === own) {
    const saved = await client.call('save', { force })
    return { lines: [`Configuration saved to ${saved.path}`], data: saved }
  }
  const { document } = await client.call('document')
  await writeWhole(wanted, document)
  return { lines: [`Configuration saved to ${wanted}`], data: { path: wanted } }
}

interface Restore {
  readonly savefile?: string
  readonly clear_existing?: boolean
  readonly target?: string
  readonly storage_object?: string
}

async function restoreConfiguration({ client }: Context, given: Restore): Promise<Reply> {
  const path = resolve(given.savefile ?? (await client.call('status')).configuration.path ?? '')
  const file = await textOf(path, each => `Restore file ${each} not found`)
  const { clear_existing = false, target, storage_object } = given
  const isWhole = clear_existing && target === undefined && storage_object === undefined
  const restoring = { path, clearsExisting: clear_existing, target, storageObject: storage_object }
  const document = isWhole ? file : await restored((await client.call('document')).document, file, restoring)
  const changes = await ofFile(path, client.call('apply', { document, leaveOut: true }))
  refuseNotOpened(changes)
  return {
    lines: [`Configuration restored from ${path}`, ...changeLines(changes, 'Nothing of what is served changed.')],
    data: changes,
  }
}

/** @throws {Refusal} as targetcli does where it has restored all but what could not be made. */
function refuseNotOpened({ notOpened }: Pick<ResultOf<'apply'>, 'notOpened'>): void {
  if (notOpened.length === 0) return
  const each = notOpened.map(
    ({ path, why }) => `Could not create StorageObject ${path.slice(path.lastIndexOf('/') + 1)}: ${why}, skipped`,
  )
  throw new Refusal(`Configuration restored, ${notOpened.length} recoverable errors:\n${each.join('\n')}`, {
    explanation: 'The rest is served. They are kept, are saved with it, and are tried again with the next change.',
  })
}

async function clear({ client }: Context, { confirm }: { readonly confirm?: boolean }): Promise<Reply> {
  if (confirm !== true)
    throw new Refusal('As a precaution, confirm=True needs to be set', {
      explanation: 'It takes away all that is served; right is clearconfig confirm=True.',
    })
  const { steps } = await client.call('edit', { edits: [{ name: 'clear', given: {} }] })
  return { lines: ['All configuration cleared'], data: { steps } }
}

async function unsaved({ client }: Context): Promise<Reply> {
  const found = await client.call('unsaved')
  const outside = found.changedOutside ? ['Somebody else has changed the file since it was read or saved.'] : []
  const lines = found.paths.length === 0 ? ['Everything is saved.'] : found.paths
  return { lines: [...lines, ...outside], data: found }
}

/** The commands of the root that are about the whole configuration. */
export const documentCommands: readonly Command[] = [
  command('saveconfig', 'saves the configuration, so that it is there after a power failure', {
    takes: [savefile, may('force', kinds.flag, 'false')],
    run: (context, given) => saveConfiguration(context, given),
  }),
  command('restoreconfig', 'puts back what a file has: all of it, a target, or a storage object', {
    takes: [
      savefile,
      may('clear_existing', kinds.flag, 'false'),
      may('target', kinds.text, 'all'),
      may('storage_object', kinds.text, 'all'),
    ],
    run: restoreConfiguration,
  }),
  command('clearconfig', 'takes everything away', { takes: [may('confirm', kinds.flag, 'false')], run: clear }),
  command('plan', 'what would change if a file were applied', { takes: [FILE], run: plan }),
  command(
    'apply',
    'makes what is served what a file says, or with leave_out what can be opened of it; asks, unless --yes',
    {
      takes: [FILE, may('yes', kinds.flag, 'false'), may('leave_out', kinds.flag, 'false')],
      run: apply,
    },
  ),
  command('diff', 'what is not saved', { run: unsaved }),
  command('reload', 'makes what is served what the saved file says', {
    takes: [may('discard', kinds.flag, 'false')],
    async run({ client }, { discard = false }) {
      const changes = await client.call('reload', { discard: discard as boolean })
      return { lines: changeLines(changes, 'Nothing of what is served changed.'), data: changes }
    },
  }),
  command('generations', 'the generations of the saved file that are kept', {
    async run({ client }) {
      const { generations } = await client.call('generations')
      const lines = generations.map(
        ({ name, bytes, current }) => `${name}  ${bytes} bytes${current ? ', current' : ''}`,
      )
      return { lines: lines.length === 0 ? ['There are none.'] : lines, data: { generations } }
    },
  }),
  command('restore', 'makes what is served what a generation says; saveconfig keeps it', {
    takes: [needs('generation', kinds.text, 'one that generations shows')],
    async run({ client }, { generation }) {
      const changes = await client.call('restore', { generation: generation as string, leaveOut: true })
      refuseNotOpened(changes)
      return { lines: changeLines(changes, 'Nothing of what is served changed.'), data: changes }
    },
  }),
]
