import type { EditCall } from '@lunkit/config'
import type { EditWordsOptions, Values } from '@lunkit/config/words'
import { toldWords } from '@lunkit/config/words'
import { editRefusal } from '../faults/edit-refusal.ts'
import { withNearest } from '../faults/nearest-fault.ts'
import { Refusal } from '../refusal.ts'
import type { Place } from '../shell/place.ts'
import { placeOf } from '../shell/place.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import type { Given, Parameter } from './parameter.ts'

/** What is known of an edit beside what it is given. */
export interface EditTold {
  readonly isSame?: boolean
  /** The values of its group that are in force after it. */
  readonly values?: () => Promise<Values>
  readonly words?: EditWordsOptions
  /** An edit that makes the storage object of this one, in the same change. */
  readonly first?: EditCall
}

/** The place of a node in edits. @throws {Refusal} for what lunkit does not serve. */
export function servedPlace({ node }: Pick<Context, 'node'>): Place {
  const place = placeOf(node)
  if (place !== undefined) return place
  const [, fabric = ''] = node.path.split('/')
  throw new Refusal(`lunkit serves no ${fabric} targets`, {
    explanation: 'Those of a file are kept as they are; right is a target below /iscsi.',
  })
}

/** Has the daemon make an edit. @throws {Refusal} in targetcli's words where it does not. */
export async function makeEdit(
  { client, prefers, personality, bookmarks }: Context,
  call: EditCall,
  told: EditTold = {},
): Promise<Reply> {
  // Before the edit: what is done must not be reported as refused for something that is asked after it.
  const entersNew = await prefers('auto_cd_after_create')
  const { isSame, values, words, first: before } = told
  const edits = before === undefined ? [call] : [before, call]
  const done = await client.call('edit', { edits }).catch(async (error: unknown) => {
    throw editRefusal(call, await withNearest(client, error))
  })
  const { steps } = done
  const made = done.made.slice(edits.length - 1)
  const storage = done.made.slice(0, edits.length - 1).map(path => path.slice(path.lastIndexOf('/') + 1))
  const said = toldWords(
    { call, made, ...(isSame !== undefined && { isSame }), ...(values && { values: await values() }) },
    { showsSecrets: personality.echoesSecrets, ...words },
  )
  const lines = [...storage.map(name => `Created storage object ${name}.`), ...said]
  const [first] = made
  if (first !== undefined) bookmarks.made(first)
  return { lines, data: { made: done.made, steps, lines }, ...(entersNew && first !== undefined && { goTo: first }) }
}

/** What an edit of a node is: by its place, and by what it is given. */
export type EditOf = (place: Place, given: Given, context: Context) => EditCall | Promise<EditCall>

/** A command that is an edit. */
export function editCommand(
  name: string,
  meaning: string,
  {
    takes = [],
    edit,
    told,
  }: {
    readonly takes?: readonly Parameter[]
    readonly edit: EditOf
    readonly told?: (context: Context, given: Given) => EditTold | Promise<EditTold>
  },
): Command {
  return command(name, meaning, {
    takes,
    async run(context, given) {
      const call = await edit(servedPlace(context), given, context)
      return makeEdit(context, call, await told?.(context, given))
    },
  })
}

/** An edit by name, of a place and what a line gives: the names of both are those of the edit. */
export const as =
  (name: EditCall['name']): EditOf =>
  (place, given) =>
    ({ name, given: { ...place, ...given } }) as EditCall
