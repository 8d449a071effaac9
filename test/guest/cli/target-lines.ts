import { type CliLine, type LineChoice, lineOf, mostly, refused } from './cli-line.ts'
import type { CliTpg } from './cli-state.ts'

/** The names of targets that lines make. */
export const TARGETS: readonly string[] = Array.from({ length: 3 }, (_, at) => `iqn.2026-11.io.lunkit.test:cli${at}`)
const TAGS = [1, 2]

/** The addresses of their portals. */
const HOSTS: readonly string[] = ['127.0.0.2', '127.0.0.3']

/** A TPG by the name of its target and its tag. */
export interface TpgPlace {
  readonly target: string
  readonly tag: number
  readonly path: string
  /** Undefined: it is not there. */
  readonly tpg: CliTpg | undefined
}

/** One that is there mostly, of any target but those. */
export function someTpg({ random, state }: LineChoice, but: readonly string[] = []): TpgPlace {
  const there = Object.entries(state.targets).flatMap(([target, tpgs]) =>
    but.includes(target) ? [] : Object.keys(tpgs).map(tag => `${target} ${tag}`),
  )
  const [target = '', tag = ''] = mostly(
    random,
    there,
    TARGETS.flatMap(each => TAGS.map(of => `${each} ${of}`)),
  ).split(' ')
  const tpg = state.targets[target]?.[Number(tag)]
  return { target, tag: Number(tag), path: `/iscsi/${target}/tpg${tag}`, tpg }
}

/** A line about a TPG, which is refused where that is not there. */
export function ofTpg({ target, tag, tpg }: TpgPlace, line: string, follow: (tpg: CliTpg) => void): CliLine {
  return lineOf(line, tpg === undefined, ({ targets }) => {
    const changed = targets[target]?.[tag]
    if (changed) follow(changed)
  })
}

const newTpg = (): CliTpg => ({
  enable: true,
  attributes: { authentication: 0, demo_mode_discovery: 0 },
  parameters: {},
  luns: {},
  acls: {},
  portals: [],
})

function createTarget({ random, state }: LineChoice): CliLine {
  const absent = TARGETS.filter(each => !(each in state.targets))
  const name = mostly(random, absent, TARGETS)
  return lineOf(`/iscsi create ${name}`, name in state.targets, ({ targets }) => void (targets[name] = { 1: newTpg() }))
}

function deleteTarget({ random, state, used }: LineChoice): CliLine {
  const there = Object.keys(state.targets).filter(each => !used.targets.includes(each))
  const name = mostly(random, there, TARGETS)
  return lineOf(`/iscsi delete ${name}`, !(name in state.targets), ({ targets }) => void delete targets[name])
}

function createTpg(choice: LineChoice): CliLine {
  const { target, tag, tpg } = someTpg(choice, choice.used.targets)
  const other = choice.random.once(2) ? tag : choice.random.pick(TAGS)
  const tpgs = choice.state.targets[target]
  const isRefused = tpgs === undefined || other in tpgs || (other === tag && tpg !== undefined)
  return lineOf(`/iscsi/${target} create tpg${other}`, isRefused, ({ targets }) => {
    const changed = targets[target]
    if (changed) changed[other] = newTpg()
  })
}

function deleteTpg(choice: LineChoice): CliLine {
  const { target, tag, tpg } = someTpg(choice, choice.used.targets)
  return lineOf(
    `/iscsi/${target} delete ${tag}`,
    tpg === undefined,
    ({ targets }) => void delete targets[target]?.[tag],
  )
}

function switchTpg(choice: LineChoice): CliLine {
  const place = someTpg(choice, choice.used.targets)
  const enable = !choice.random.once(3)
  return ofTpg(place, `${place.path} ${enable ? 'enable' : 'disable'}`, tpg => void (tpg.enable = enable))
}

/** What nobody notices who is logged in, and what nobody is to notice. */
const HARMLESS = { login_timeout: [5, 15, 30], default_cmdsn_depth: [64, 128] } as const
const OPENING = { generate_node_acls: [0, 1], demo_mode_write_protect: [0, 1] } as const

function setTpgAttribute(choice: LineChoice): CliLine {
  const { random, used } = choice
  const place = someTpg(choice)
  const table: Readonly<Record<string, readonly number[]>> =
    used.targets.includes(place.target) || random.once(2) ? HARMLESS : OPENING
  const name = random.pick(Object.keys(table))
  const value = random.pick(table[name] ?? [])
  return ofTpg(place, `${place.path} set attribute ${name}=${value}`, tpg => void (tpg.attributes[name] = value))
}

function setParameter(choice: LineChoice): CliLine {
  const { random } = choice
  const place = someTpg(choice)
  const [name, value] = random.pick([
    ['MaxBurstLength', String(2 ** random.between(17, 20))],
    ['DefaultTime2Wait', String(random.below(10))],
    ['TargetAlias', `alias ${random.below(100)}`],
  ] as const)
  const line = `${place.path} set parameter ${name}="${value}"`
  return ofTpg(place, line, tpg => void (tpg.parameters[name] = value))
}

function createPortal(choice: LineChoice): CliLine {
  const { random, port, state } = choice
  const place = someTpg(choice)
  const host = random.pick(HOSTS)
  const portal = `${host}:${port}`
  const isTaken = Object.values(state.targets[place.target] ?? {}).some(({ portals }) => portals.includes(portal))
  const line = `${place.path}/portals create ${host} ${port}`
  if (isTaken) return refused(line)
  return ofTpg(place, line, tpg => void (tpg.portals = [...tpg.portals, portal].sort()))
}

function deletePortal(choice: LineChoice): CliLine {
  const { random, port } = choice
  const place = someTpg(choice)
  const portal = mostly(
    random,
    (place.tpg?.portals ?? []).filter(each => HOSTS.some(host => each.startsWith(`${host}:`))),
    HOSTS.map(host => `${host}:${port}`),
  )
  const line = `${place.path}/portals delete ${portal.replace(':', ' ')}`
  if (place.tpg?.portals.includes(portal) !== true) return refused(line)
  return ofTpg(place, line, tpg => void (tpg.portals = tpg.portals.filter(each => each !== portal)))
}

function wrongTarget(choice: LineChoice): CliLine {
  const { path } = someTpg(choice)
  return refused(
    choice.random.pick([
      '/iscsi create nonsense',
      '/iscsi create iqn.2026-11.io.lunkit.test:a/b',
      '/iscsi create iqn.2026-11.io.lunkit.test:two names',
      '/iscsi delete',
      '/iscsi/iqn.2026-11.io.lunkit.test:none/tpg1 enable',
      '/nowhere ls',
      'frob',
      `${path} set attribute login_timeout=99`,
      `${path} set attribute bogus=1`,
      `${path} set attribute login_timeout=20 bogus=1`,
      `${path} set parameter ImmediateData=maybe`,
      `${path} set parameter MaxBurstLength=1`,
      `${path} set nogroup a=1`,
      `${path}/portals create localhost`,
      `${path}/portals create 127.0.0.2 70000`,
      `${path}/portals delete 127.0.0.9 1`,
      `${path} create tpg1`,
    ]),
  )
}

/** Lines about targets, and how often each is chosen beside the others. */
export const targetLines: readonly (readonly [weight: number, choose: (choice: LineChoice) => CliLine])[] = [
  [4, createTarget],
  [1, deleteTarget],
  [3, createTpg],
  [1, deleteTpg],
  [3, switchTpg],
  [4, setTpgAttribute],
  [3, setParameter],
  [6, createPortal],
  [3, deletePortal],
  [3, wrongTarget],
]
