import type { FullFeatureConnection } from '../full-feature/full-feature-connection.ts'
import type { FullFeatureSession } from '../session/full-feature-session.ts'
import { type IscsiTask, TaskLife } from '../transfer/task.ts'

/** What contradicts itself in what a session has written down of its tasks, tags, slots and timers: one line each. */
export function contradictionsIn(home: FullFeatureConnection): string[] {
  const { session } = home
  const ofSession = session.closed ? [ofSpareTasks, ofClosedSession] : [ofSpareTasks, ofTasks, ofTags, ofCounts]
  const ofConnection = home.closed ? [ofClosedConnection] : [ofRoom, ofNumbers, ofArrival]
  return [...ofSession.flatMap(check => check(session)), ...ofConnection.flatMap(check => check(home))]
}

/** Nobody's task is nobody's once, and nothing of an earlier command is left in it. */
function ofSpareTasks({ tasks }: FullFeatureSession): string[] {
  const { spare, byTag } = tasks.books
  const known = new Set<IscsiTask>(byTag.all())
  return [
    ...said(new Set(spare).size !== spare.length, () => 'a task is free twice'),
    ...spare.flatMap(task => [
      ...said(task.life !== TaskLife.free, () => `a spare task is ${task.life}`),
      ...said(known.has(task), () => `a spare task is found under tag ${task.tag}`),
      ...said(task.execution !== undefined, () => 'a spare task is still executed'),
      ...said(task.dataOut.owed > 0 || task.dataOut.slot !== undefined, () => 'a spare task has data-out'),
      ...said(task.dataIn.reservedBytes > 0, () => 'a spare task has room for data-in'),
    ]),
  ]
}

function ofTasks({ tasks }: FullFeatureSession): string[] {
  const { byTag } = tasks.books
  return byTag
    .all()
    .flatMap(task => [
      ...said(task.life === TaskLife.free, () => `the task of tag ${task.tag} is free`),
      ...said(byTag.find(task.tag) !== task, () => `the task of tag ${task.tag} is not found under it`),
      ...said(!task.registered, () => `the task of tag ${task.tag} was never entered`),
      ...said(
        task.life === TaskLife.ended && task.dataOut.owed === 0,
        () => `tag ${task.tag} has ended and nothing is owed`,
      ),
    ])
}

/** Each tag that the peer was given is some task's, each that a task waits for can be found, and somebody looks at it. */
function ofTags({ tasks }: FullFeatureSession): string[] {
  const { byTag, byTransferTag, owing, watched } = tasks.books
  const all = [...new Set([...byTag.all(), ...owing])]
  return [
    ...[...byTransferTag].flatMap(([tag, task]) =>
      said(!task.dataOut.tags().includes(tag), () => `nobody waits for transfer tag ${tag}`),
    ),
    ...all.flatMap(task => [
      ...said(owing.has(task) !== task.dataOut.owed > 0, () => `tag ${task.tag} owes ${task.dataOut.owed} unnoticed`),
      ...task.dataOut
        .tags()
        .flatMap(tag =>
          said(tag !== NO_TAG && byTransferTag.get(tag) !== task, () => `transfer tag ${tag} is unknown`),
        ),
    ]),
    ...said(owing.size > 0 && !watched, () => 'nobody looks at what the peer owes'),
  ]
}

/** What counts one by one is what is there. */
function ofCounts({ tasks, window, memory }: FullFeatureSession): string[] {
  const all = tasks.books.byTag.all()
  const immediate = all.filter(task => task.counted && task.immediate).length
  const counted = all.filter(task => task.counted && !task.immediate).length
  return [
    ...said(tasks.immediate !== immediate, () => `${tasks.immediate} immediate commands are counted of ${immediate}`),
    // A task that is drained gives its tag up to a new command, and is counted no more by then.
    ...said(window.inProgress !== counted, () => `${window.inProgress} commands are in progress of ${counted}`),
    ...said(memory.heldBytes < 0, () => `${memory.heldBytes} bytes of data-out are held`),
  ]
}

/** Each task that may read into a connection's room has come on it. */
function ofRoom(home: FullFeatureConnection): string[] {
  const { room, session } = home
  const own = session.tasks.books.byTag.all().filter(({ connection }) => connection === home)
  const reservedBytes = own.reduce((sum, { dataIn }) => sum + dataIn.reservedBytes, 0)
  return said(room.reservedBytes !== reservedBytes, () => `${room.reservedBytes} bytes of room of ${reservedBytes}`)
}

/** A connection tells the numbers of its own session, which knows it. */
function ofNumbers(home: FullFeatureConnection): string[] {
  const { session, outbox } = home
  return [
    ...said(outbox.commands !== session.window, () => 'a connection tells the numbers of another session'),
    ...said(!session.connections.includes(home), () => 'a session does not know its connection'),
  ]
}

/** What arrives is some task's, until it is all in: a task that owes data is nobody else's. */
const ofArrival = ({ receiving }: FullFeatureConnection): string[] =>
  said(receiving?.life === TaskLife.free, () => 'data arrives for a free task')

/** What the device server has when the session ends it gives back; nobody else has anything. */
function ofClosedSession({ tasks, window, connections }: FullFeatureSession): string[] {
  const { byTransferTag, owing, spare } = tasks.books
  return [
    ...said(byTransferTag.size + owing.size > 0, () => 'a closed session waits for data'),
    ...said(spare.length > 0, () => 'a closed session keeps spare tasks'),
    ...said(window.held > 0, () => 'a closed session holds commands'),
    ...said(!connections.every(({ closed }) => closed), () => 'a closed session has an open connection'),
  ]
}

function ofClosedConnection({ arriving, receiving, receivingSlot }: FullFeatureConnection): string[] {
  return said(!!(arriving ?? receiving ?? receivingSlot), () => 'a closed connection receives')
}

/** The reserved target transfer tag, RFC 7143 11.7.4: what comes unasked has no other. */
const NO_TAG = 0xffff_ffff

const said = (wrong: boolean, line: () => string): string[] => (wrong ? [line()] : [])
