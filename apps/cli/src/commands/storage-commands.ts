import { dirname } from 'node:path'
import type { EditCall } from '@lunkit/config'
import type { FoundBacking } from '@lunkit/config/words'
import type { FoundPath } from '../found-file.ts'
import { Refusal } from '../refusal.ts'
import { nodesAt } from '../shell/nodes.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { childNames, fileNames } from './completions.ts'
import { as, editCommand, makeEdit, servedPlace } from './edit-command.ts'
import type { Given } from './parameter.ts'
import { kinds, may, needs, of } from './parameter.ts'

const name = needs('name', kinds.text, 'of the storage object')
const wwn = may('wwn', kinds.text, 'a new UUID')

/** The size that the daemon says of a storage object; 0 where it says none. */
async function sizeAt({ client }: Context, path: string): Promise<number> {
  const [node] = await nodesAt(client, path, 0)
  return Number(node?.info?.size ?? 0)
}

interface NewFileio {
  readonly name: string
  readonly file_or_dev: string
  readonly size?: number
  readonly readonly?: boolean
}

/** @throws {Refusal} where no file is, or can be made, at a path. */
async function checkFile(
  context: Context,
  { file_or_dev: path, size, readonly }: Omit<NewFileio, 'name'>,
): Promise<void> {
  const backing = await context.found(path)
  const refused = (words: string, explanation: string): Refusal => new Refusal(words, { explanation })
  if (backing?.isOther === true)
    throw refused(`Could not open ${path}`, 'It is a directory, or no regular file; right is the path of a file.')
  if (backing?.existed !== false) return
  if (readonly === true)
    throw refused(
      `Could not open ${path}`,
      `${path} is not there, and is not created to be read only; right is a file that is.`,
    )
  if (size === undefined)
    throw refused(
      'Attempting to create file for new fileio backstore, need a size',
      `${path} is not there; right is a size, such as size=1G, or a file that is.`,
    )
  const directory = dirname(path)
  if ((await context.found(directory))?.existed === false)
    throw refused(`Could not open ${path}`, `${directory} is not there; right is a path in a directory that is.`)
}

/** What of a path is told in the words of an edit. */
const told = ({ existed, isBlockDevice, sizeBytes }: FoundPath): FoundBacking => ({
  existed,
  sizeBytes,
  ...(isBlockDevice !== undefined && { isBlockDevice }),
})

/** A file that is there keeps its size; one that is not needs one, as in targetcli. */
async function createFileio(context: Context, given: Given, typedSize?: string): Promise<Reply> {
  const { size, ...wanted } = given as unknown as NewFileio
  await checkFile(context, given as unknown as NewFileio)
  const backing = await context.found(wanted.file_or_dev)
  const isFile = backing?.existed === true && backing.isBlockDevice !== true
  const bytes = isFile ? backing.sizeBytes : size
  const call = { name: 'createFileio', given: { ...given, ...wanted, size: bytes } } as unknown as EditCall
  const asked = size === undefined ? {} : { size }
  const reply = await makeEdit(context, call, {
    words: {
      ...(typedSize !== undefined && { typedSize }),
      ...(backing && { backing: { ...told(backing), sizeBytes: bytes ?? 0 } }),
    },
  })
  if (!isFile || 'size' in asked) return reply
  return { ...reply, lines: reply.lines.filter(line => !line.includes(' exists, using its size ')) }
}

const createCommands: Readonly<Record<string, Command>> = {
  fileio: command('create', 'a file that is a disk; one that is there keeps its size', {
    takes: [
      name,
      of(fileNames, needs('file_or_dev', kinds.text, 'the path of the file')),
      may('size', kinds.size, 'that of the file'),
      may('write_back', kinds.flag, 'true'),
      may('sparse', kinds.flag, 'true'),
      wwn,
      may('readonly', kinds.flag, 'false'),
      may('aio', kinds.flag, 'false'),
    ],
    run: (context, given) => createFileio(context, given),
  }),
  ramdisk: command('create', 'memory that is a disk', {
    takes: [name, needs('size', kinds.size), may('nullio', kinds.flag, 'false'), wwn],
    run: (context, given, { positional, named }) =>
      makeEdit(context, { name: 'createRamdisk', given } as unknown as EditCall, {
        words: { typedSize: positional[1] ?? new Map(named).get('size') ?? '' },
      }),
  }),
  block: command('create', 'a block device that is a disk', {
    takes: [
      name,
      of(fileNames, needs('dev', kinds.text, 'the path of the device')),
      may('readonly', kinds.flag, 'whether the device is'),
      wwn,
      may('exclusive', kinds.flag, 'true'),
    ],
    run: async (context, given) => {
      const readonly = given.readonly ?? (await context.found(given.dev as string))?.isWriteProtected
      return makeEdit(context, { name: 'createBlock', given: { ...given, readonly } } as unknown as EditCall)
    },
  }),
  pscsi: command('create', 'a SCSI device that commands are passed through to', {
    takes: [name, of(fileNames, needs('dev', kinds.text, 'the path of a node of the device, or its address, H:C:T:L'))],
    run: async (context, given) => {
      const backing = await context.found(given.dev as string)
      return makeEdit(context, { name: 'createPscsi', given } as unknown as EditCall, {
        words: { ...(backing && { backing: told(backing) }) },
      })
    },
  }),
}

const deleteStorage = command('delete', 'takes a storage object away, with its LUNs and what is mapped of them', {
  takes: [of(childNames, name), may('save', kinds.flag, 'false')],
  async run(context, given) {
    const { path } = context.node
    const storage_object = `${path}/${String(given.name)}`
    const reply = await makeEdit(context, { name: 'deleteStorageObject', given: { storage_object } })
    if (given.save === true) await context.client.call('save', {})
    return reply
  },
})

/** The plugins whose storage objects are made by a command. */
export const creatingPlugins: readonly string[] = Object.keys(createCommands)

/** The commands of the nodes of plugins, by the plugin's name. */
export const pluginCommands = (plugin: string): readonly Command[] => {
  const create = Object.hasOwn(createCommands, plugin) ? createCommands[plugin] : undefined
  return create === undefined ? [deleteStorage] : [create, deleteStorage]
}

/** The commands of a storage object. */
export const storageCommands: readonly Command[] = [
  command('resize', 'gives the storage object another size', {
    takes: [needs('size', kinds.size)],
    async run(context, given) {
      const { storage_object = '' } = servedPlace(context)
      const before = await sizeAt(context, storage_object)
      const { lines, ...reply } = await makeEdit(context, {
        name: 'resizeStorageObject',
        given: { storage_object, size: given.size as number },
      })
      return { ...reply, lines: [...lines, `It had ${before} bytes.`] }
    },
  }),
  command('clear-fault', 'lets the storage object be written again after a flush that failed', {
    async run(context) {
      const { storage_object = '' } = servedPlace(context)
      const key = storage_object.slice('/backstores/'.length)
      const { cleared } = await context.client.call('clearFault', { storage_object: key })
      return { lines: [cleared ? `${key} is written again.` : `${key} had no fault.`], data: { cleared } }
    },
  }),
]

/** The commands of ALUA groups of a storage object. */
export const aluaCommands: readonly Command[] = [
  editCommand('create', 'an ALUA group of the storage object', {
    takes: [name, needs('tag', kinds.number, 'from 1 to 65535')],
    edit: as('createAluaGroup'),
  }),
  editCommand('delete', 'takes an ALUA group away', {
    takes: [of(childNames, name)],
    edit: as('deleteAluaGroup'),
  }),
]
