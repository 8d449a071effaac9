import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  type Configuration,
  formatConfiguration,
  type Generation,
  NoticeKind,
  parseConfiguration,
} from '@lunkit/config'
import { type AnswerOf, ControlFault, type ControlService, FaultKind, nearest } from '@lunkit/control'
import { type ConfigurationFile, NoConfigurationFile } from '../live/configuration-file.ts'
import type { Changed, Foreseen } from '../live/live-configuration.ts'
import { whyOf } from '../why.ts'
import type { ControlParts } from './control-parts.ts'
import { stepWords } from './step-words.ts'
import { toldChanges } from './told-changes.ts'

type DocumentService = Pick<
  ControlService,
  'plan' | 'apply' | 'document' | 'save' | 'generations' | 'restore' | 'unsaved' | 'reload'
>
type ListedGeneration = AnswerOf<'generations'>['generations'][number]

/** What the file is now, among the generations. */
const CURRENT = 'current'

/** The configuration as a document, and its file. */
export function documentAnswers({ live, file, changes, tls }: ControlParts): DocumentService {
  const theFile = (): ConfigurationFile => {
    if (file === undefined) throw new NoConfigurationFile()
    return file
  }
  const changed = (done: Changed): AnswerOf<'reload'> => {
    changes.tell(done)
    return inWords({ steps: done.taken, changes: done.changes, notices: done.meant.plan.notices })
  }
  const become = async (configuration: Configuration, leavesOut: boolean): Promise<AnswerOf<'apply'>> => {
    const done = await live.apply(configuration, { leavesOut })
    const notOpened = done.leftOut.map(({ disk, why }) => ({ path: `/backstores/${disk}`, why }))
    return { ...changed(done), notOpened }
  }
  return {
    plan: async ({ document }) => inWords(await live.foresee(parseConfiguration(document))),
    apply: async ({ document, leaveOut }) => become(parseConfiguration(document), leaveOut),
    document: async () => ({ document: formatConfiguration(live.configuration) }),
    save: async ({ force }) => {
      const { path } = theFile()
      const before = await saved(() => live.save({ force }), path)
      return { path, generation: before === undefined ? '' : nameOf(before) }
    },
    generations: async () => ({ generations: await listed(theFile()) }),
    restore: async ({ generation, leaveOut }) =>
      become(parseConfiguration(await textOf(theFile(), generation)), leaveOut),
    unsaved: async () => {
      const paths = live.unsaved.map(({ path }) => path)
      return { paths, changedOutside: file !== undefined && (await live.isChangedOutside()) }
    },
    // As SIGHUP does: the certificate and the tokens too, which stay as they are where one is wrong.
    reload: async ({ discard }) => {
      const text = await tls?.reread()
      const done = changed(await live.reload({ discard }))
      if (tls === undefined || text === undefined) return done
      const ofTls = { kind: NoticeKind.wrong, text, paths: [tls.listener.address] }
      return { ...done, notices: [...done.notices, ofTls] }
    },
  }
}

function inWords({ steps, changes, notices }: Foreseen): AnswerOf<'plan'> {
  const told = notices.map(({ kind, text, paths }) => ({ kind, text, paths: [...paths] }))
  return { steps: steps.map(stepWords), notices: told, changes: toldChanges(changes, steps) }
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error

/** What the file system refuses is no bug of ours. */
async function saved<T>(save: () => Promise<T>, path: string): Promise<T> {
  try {
    return await save()
  } catch (error) {
    if (!isSystemError(error)) throw error
    const what = `cannot be written: ${whyOf(error)}`
    throw new ControlFault(FaultKind.refused, { what, where: path, right: 'a file that can' })
  }
}

/** `saveconfig-20261129-12:34:56.789`. */
const nameOf = ({ path }: Generation): string => basename(path).replace(/-json\.gz$/, '')

/** The file as it is now, and what it was before, the newest first. One that cannot be read is not there. */
async function listed({ path, generations }: ConfigurationFile): Promise<ListedGeneration[]> {
  const kept = await generations.list()
  const now = await stat(path).catch(() => undefined)
  const current = now && {
    name: CURRENT,
    savedAt: (kept[0]?.replacedAt ?? now.mtime).toISOString(),
    bytes: now.size,
    current: true,
  }
  const before = await Promise.all(
    kept.map(async (generation, at): Promise<ListedGeneration | undefined> => {
      const text = await generations.read(generation).catch(() => undefined)
      if (text === undefined) return undefined
      // It was saved when it took the place of the one before it.
      const { replacedAt } = kept[at + 1] ?? generation
      const savedAt = replacedAt.toISOString()
      return { name: nameOf(generation), savedAt, bytes: Buffer.byteLength(text), current: false }
    }),
  )
  return [current, ...before].filter(each => each !== undefined)
}

async function textOf({ path, generations }: ConfigurationFile, name: string): Promise<string> {
  const kept = await generations.list()
  const found = kept.find(each => nameOf(each) === name)
  if (found !== undefined) return readable(() => generations.read(found), found.path)
  if (name === CURRENT) return readable(() => readFile(path, 'utf8'), path)
  throw new ControlFault(FaultKind.notFound, {
    what: 'is no generation that is kept',
    where: name,
    right: 'one of those that generations lists',
    nearest: nearest(name, kept.map(nameOf)),
  })
}

async function readable(read: () => Promise<string>, path: string): Promise<string> {
  try {
    return await read()
  } catch (error) {
    const what = `cannot be read: ${whyOf(error)}`
    throw new ControlFault(FaultKind.refused, { what, where: path, right: 'another generation' })
  }
}
