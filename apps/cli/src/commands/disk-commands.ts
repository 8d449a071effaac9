import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { fileNames } from './completions.ts'
import type { Given, Parameter } from './parameter.ts'
import { kinds, may, needs, of, oneOf } from './parameter.ts'

const initiatorName = may('initiator_name', kinds.iscsiName, 'iqn.2026-11.io.lunkit:initiator')

/** A command of which all is loaded when somebody calls it: the initiator is not there for the others. */
function diskCommand<G>(
  [name, meaning]: readonly [name: string, meaning: string],
  takes: readonly Parameter[],
  loaded: () => Promise<(context: Context, given: G) => Promise<Reply>>,
): Command {
  const run = async (context: Context, given: Given): Promise<Reply> => (await loaded())(context, given as unknown as G)
  return command(name, meaning, { takes: [...takes, initiatorName], run })
}

const disk = needs('url', kinds.text, 'iscsi://[USER%PASSWORD@]HOST[:PORT]/TARGET[/LUN]; LUN 0 without one')
const offset = may('offset', kinds.size, '0, of the disk; whole blocks')
const verify = may('verify', kinds.flag, 'false; true reads back what was written, and compares')
const end = (name: string, meaning: string): Parameter => of(fileNames, needs(name, kinds.text, meaning))

/** The commands of the root that are initiators: they need no lunkitd. */
export const diskCommands: readonly Command[] = [
  diskCommand(
    ['discover', 'which targets a portal has for this initiator'],
    [needs('portal', kinds.text, 'iscsi://[USER%PASSWORD@]HOST[:PORT], or HOST[:PORT]')],
    async () => (await import('../disks/discover.ts')).discovered,
  ),
  diskCommand(
    ['inquiry', 'what a LUN says of itself; without a LUN, which a target has'],
    [needs('url', kinds.text, 'iscsi://[USER%PASSWORD@]HOST[:PORT]/TARGET[/LUN]')],
    async () => (await import('../disks/inquiry.ts')).inquired,
  ),
  diskCommand(
    ['read', 'copies a disk, or a part of it, into a file or to standard output'],
    [disk, of(fileNames, may('file', kinds.text, '"-", standard output')), offset, may('length', kinds.size, 'all')],
    async () => (await import('../disks/moves.ts')).read,
  ),
  diskCommand(
    ['write', 'writes a file, or standard input, onto a disk, over what is there'],
    [disk, end('file', 'or "-", standard input'), offset, may('length', kinds.size, 'all'), verify],
    async () => (await import('../disks/moves.ts')).write,
  ),
  diskCommand(
    ['copy', 'copies a disk or a file to another, over what is there'],
    [end('source', 'a URL, a file, or "-"'), end('destination', 'a URL, a file, or "-"'), verify],
    async () => (await import('../disks/moves.ts')).copy,
  ),
  diskCommand(
    ['bench', 'how many commands a second a LUN does, and how long each takes; it reads, unless told otherwise'],
    [
      disk,
      may('operation', oneOf('read', 'write'), 'read'),
      may('pattern', oneOf('random', 'sequential'), 'random'),
      may('block_size', kinds.size, '4k'),
      may('depth', kinds.number, '32, commands at a time'),
      may('seconds', kinds.number, '10'),
      may('destroys_data', kinds.flag, 'false; a write destroys what is on the disk, and needs it'),
    ],
    async () => (await import('../disks/bench/bench.ts')).benched,
  ),
  diskCommand(
    ['selftest', 'whether a portal, its targets and their LUNs are as initiators need them; it writes nothing'],
    [
      needs('portal', kinds.text, 'HOST[:PORT], or iscsi://[USER%PASSWORD@]HOST[:PORT]'),
      may('target', kinds.iscsiName, 'all that the portal tells'),
    ],
    async () => (await import('../disks/selftest/selftest.ts')).selftested,
  ),
]
