import type { ValueMeaning, ValueMeanings } from '@lunkit/config'
import type { Values } from '@lunkit/config/words'
import { nearest } from '@lunkit/wire'
import type { CommandLine } from '../line/command-line.ts'
import { misused, Refusal } from '../refusal.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { makeEdit, servedPlace } from './edit-command.ts'
import { defaultPreferences, preferencesOf, readPreference } from './preferences.ts'
import type { Group } from './value-groups.ts'
import { groupsOf, isSecret, settingOf } from './value-groups.ts'

const GLOBAL = 'global'

/** The groups of a node, by name. */
export const groupNames = ({ node }: Pick<Context, 'node'>): readonly string[] =>
  [GLOBAL, ...(groupsOf[node.kind] ?? []).map(({ name }) => name)].sort()

function groupNamed(context: Pick<Context, 'node'>, name: string): Group {
  const group = groupsOf[context.node.kind]?.find(each => each.name === name)
  if (group !== undefined) return group
  const near = groupNames(context).find(each => each.startsWith(name)) ?? nearest(name, groupNames(context))
  const right = near === null ? `Right is one of ${groupNames(context).join(', ')}.` : `There is ${near}.`
  throw misused(`Unknown configuration group: ${name}`, right)
}

const underlined = (text: string, line: string): readonly string[] => [text, line.repeat(text.length)]

/** What `get` and `set` say without a group. */
const groupList = (context: Context): Reply => ({
  lines: [...underlined('AVAILABLE CONFIGURATION GROUPS', '='), groupNames(context).join(' ')],
  data: groupNames(context),
})

/** A group of values as it is shown. */
interface Shown {
  readonly name: string
  readonly known?: Group['known']
  readonly values: Values
  readonly readOnly: readonly string[]
}

const preferenceWords = (preferences: Readonly<Record<string, string | number | boolean>>): Values =>
  Object.fromEntries(Object.entries(preferences).map(([name, value]) => [name, String(value)]))

async function shownGroup(context: Pick<Context, 'client' | 'node'>, name: string): Promise<Shown> {
  if (name === GLOBAL) return { name, values: preferenceWords(await preferencesOf(context.client)), readOnly: [] }
  const group = groupNamed(context, name)
  const values = await group.read(context.client, servedPlace(context), context.node)
  const words = Object.entries(values).map(([each, value]) => [each, group.shown?.[each]?.(value) ?? value] as const)
  const { known, edit, readOnly = edit === undefined ? Object.keys(values) : [] } = group
  return { name, values: Object.fromEntries(words), readOnly, ...(known && { known }) }
}

/** The values of a group of a node by name, for whoever types one; none where there is no such group. */
export async function valueNames(context: Pick<Context, 'client' | 'node'>, name: string): Promise<Values> {
  return groupNames(context).includes(name) ? (await shownGroup(context, name)).values : {}
}

const heading = (name: string): readonly string[] => underlined(`${name.toUpperCase()} CONFIG GROUP`, '=')
const byName = (values: Values) => Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))

/** Each value of a group, and what it does. */
async function wholeGroup(shown: Shown): Promise<Reply> {
  const { name, values, readOnly } = shown
  const meanings = await meaningsOf(shown)
  const lines = byName(values).flatMap(([each, value]) => [
    ...underlined(`${each}=${value}${readOnly.includes(each) ? ' [ro]' : ''}`, '-'),
    ...described(meanings[each]),
  ])
  return { lines: [...heading(name), ...lines], data: values }
}

/** Those of a group that can be set: of what type, and what they may be. */
async function settable(shown: Shown): Promise<Reply> {
  const { name, values, readOnly } = shown
  const meanings = await meaningsOf(shown)
  const mine = byName(values).filter(([each]) => !readOnly.includes(each))
  const lines = mine.flatMap(([each, value]) => [
    ...underlined(`${each}=${typeof value}`, '-'),
    ...described(meanings[each], true),
  ])
  return { lines: [...heading(name), ...lines], data: Object.fromEntries(mine) }
}

/** What is said of a value, and an empty line after it. */
function described(found: ValueMeaning | undefined, tellsRight = false): readonly string[] {
  if (found === undefined) return ['']
  return [tellsRight ? `${found.meaning}; right is ${found.right}` : found.meaning, '']
}

/** What the values of a group do. The tables are loaded when somebody asks for a whole group: other commands start without them. */
async function meaningsOf({ name, known }: Shown): Promise<ValueMeanings> {
  if (name === GLOBAL) return (await import('./preference-meanings.ts')).preferenceMeanings
  if (known === undefined) return {}
  const { valueMeanings } = await import('@lunkit/config')
  return valueMeanings(known)
}

function someOf({ name, values, readOnly }: Shown, names: readonly string[]): Reply {
  const unknown = names.find(each => !Object.hasOwn(values, each))
  if (unknown !== undefined) {
    const near = nearest(unknown, Object.keys(values))
    const right = near === null ? `Right is one of ${Object.keys(values).sort().join(', ')}.` : `There is ${near}.`
    throw misused(`No parameter '${unknown}' in group '${name}'.`, right)
  }
  return {
    // targetcli says whether it is read-only after a blank that is always there.
    lines: names.map(each => `${each}=${values[each]} ${readOnly.includes(each) ? '[ro]' : ''}`),
    data: Object.fromEntries(names.map(each => [each, values[each]])),
  }
}

async function get(context: Context, { positional: [group, ...names], named }: CommandLine): Promise<Reply> {
  if (named.length > 0)
    throw misused(`Unexpected keyword parameter '${named[0]?.[0]}'.`, 'get takes names; set takes values.')
  if (group === undefined) return groupList(context)
  const shown = await shownGroup(context, group)
  return names.length === 0 ? wholeGroup(shown) : someOf(shown, names)
}

/** @throws {Refusal} for a name that a group does not have. */
function checkNames(group: string, names: readonly string[], given: readonly (readonly [string, string])[]): void {
  const [unknown] = given.find(([name]) => !names.includes(name)) ?? []
  if (unknown === undefined) return
  const near = nearest(unknown, names)
  const right = near === null ? `Right is one of ${names.join(', ')}.` : `There is ${near}.`
  throw misused(`Unknown parameter ${unknown} in group '${group}'.`, right)
}

async function setGlobal({ client }: Context, given: readonly (readonly [string, string])[]): Promise<Reply> {
  checkNames(GLOBAL, Object.keys(defaultPreferences), given)
  const preferences = Object.fromEntries(given.map(([name, value]) => [name, readPreference(name, value)]))
  await client.call('setPreferences', { preferences })
  const lines = Object.entries(preferences).map(([name, value]) => `Parameter ${name} is now '${value}'.`)
  return { lines, data: { preferences } }
}

/** Values as they are given to an edit; what targetcli's types do not take, it says before the daemon does. */
function givenTo(group: Group, given: readonly (readonly [string, string])[]): Values {
  if (group.names !== undefined) checkNames(group.name, group.names, given)
  const isNumber = group.name === 'discovery_auth'
  for (const [name, value] of given)
    if (isNumber && name === 'enable' && !/^[+-]?[0-9]+$/.test(value))
      throw new Refusal(`Not setting ${name}! Syntax error, '${value}' is not a NUMBER.`, {
        explanation: 'Right is 0 or 1.',
      })
  return Object.fromEntries(given)
}

/** The values in force, with the passwords that were just set as they were given: nobody else tells them. */
async function valuesAfter(context: Context, group: Group, given: Values): Promise<Values> {
  const values = await group.read(context.client, servedPlace(context), context.node)
  const secrets = Object.entries(given).filter(([name, value]) => isSecret(name) && values[name] !== '' && value !== '')
  return { ...values, ...Object.fromEntries(secrets) }
}

async function set(context: Context, { positional, named }: CommandLine): Promise<Reply> {
  const [name, ...more] = positional
  if (more.length > 0)
    throw misused(`Got ${more.length + 1} positionnal parameters, expected at most 1.`, `Right is ${more[0]}=VALUE.`)
  if (name === undefined) return groupList(context)
  if (named.length === 0) return settable(await shownGroup(context, name))
  if (name === GLOBAL) return setGlobal(context, named)
  const group = groupNamed(context, name)
  const values = givenTo(group, named)
  const call = settingOf(group, servedPlace(context), values)
  return makeEdit(context, call, { values: () => valuesAfter(context, group, values) })
}

/** Reading and setting groups of values, at every node. */
export const valueCommands: readonly Command[] = [
  command('get', 'values of a group: get GROUP [NAME ...]', {
    takesMore: 'names',
    run: (context, _given, line) => get(context, line),
  }),
  command('set', 'sets values of a group: set GROUP NAME=VALUE ...', {
    takesMore: 'values',
    run: (context, _given, line) => set(context, line),
  }),
]
