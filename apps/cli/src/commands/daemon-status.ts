import type { ResultOf } from '@lunkit/control/client'
import { printable } from '../printable.ts'
import type { Context, Reply } from './command.ts'

type Status = ResultOf<'status'>
type Trouble = Status['troubles'][number]

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function headOf({ version, pid, since, health, configuration, counts }: Status): readonly string[] {
  const saved = configuration.unsaved ? 'with changes that are not saved' : 'saved'
  const served = [
    counted(counts.storageObjects, 'storage object'),
    counted(counts.targets, 'target'),
    counted(counts.portals, 'portal'),
    counted(counts.luns, 'LUN'),
    counted(counts.sessions, 'session'),
  ]
  return [
    `lunkitd ${version}, process ${pid}, since ${since}: ${health}`,
    `configuration: ${configuration.path ?? 'none'}, ${saved}`,
    `serves ${served.join(', ')}`,
  ]
}

const troubleLine = ({ path, wrong, remedy }: Trouble): string =>
  `${path === '' ? 'lunkitd' : path}: ${wrong}; right is: ${remedy}`

/** A text in lines of so many columns, broken between words where it can be; all but the first begin with blanks. */
function wrapped(text: string, columns: number): readonly string[] {
  const indent = '  '
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= columns || line.trim() === '') line = longer
    else {
      lines.push(line)
      line = indent + word
    }
    for (; line.length > columns; line = indent + line.slice(columns)) lines.push(line.slice(0, columns))
  }
  return [...lines, line]
}

/** What fits on one screen: what is wrong, as far as there is room, and how much more there is. */
function onScreen(status: Status, { columns, rows }: { readonly columns: number; readonly rows: number }) {
  const head = headOf(status).flatMap(line => wrapped(printable(line), columns))
  const troubles = status.troubles.map(each => wrapped(printable(troubleLine(each)), columns))
  // The prompt is on the screen too.
  const room = rows - head.length - 1
  if (troubles.flat().length <= room) return [...head, ...troubles.flat()]
  const shown: string[] = []
  let count = 0
  while (shown.length + (troubles[count]?.length ?? 0) < room) shown.push(...(troubles[count++] ?? []))
  return [...head, ...shown, `${status.troubles.length - count} more: lunkit status | less`]
}

/** How the daemon is, what is wrong and what to do: on a terminal as much as one screen shows, elsewhere a line for each. */
export async function daemonStatus({
  client,
  columns,
  rows,
}: Pick<Context, 'client' | 'columns' | 'rows'>): Promise<Reply> {
  const status = await client.call('status')
  const lines =
    rows === undefined
      ? [...headOf(status), ...status.troubles.map(troubleLine)]
      : onScreen(status, { columns: Math.max(20, columns), rows })
  return { lines, data: status }
}
