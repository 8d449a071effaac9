import {
  type DiscoveryChoice,
  discoveryChoices,
  isLoginCase,
  type ListChoice,
  type LunChoice,
  listChoices,
  loginChoices,
  lunChoices,
  numbersOf,
  type RuleChoice,
  ruleChoices,
  type WhoChoice,
  whoChoices,
} from './access-cases.ts'
import { type Choices, everyChoice, fewerRows, type Row } from './access-choice.ts'
import {
  attempts,
  discoveryOutcomes,
  isNamed,
  type LoginOutcome,
  loginOutcomes,
  lunOutcomes,
  type outcomesOf,
  ruleOutcomes,
  seenNumber,
} from './access-outcomes.ts'

const WHO_TITLES: Readonly<Record<string, string>> = {
  acl: 'its ACL',
  tag: 'a rule for its tag',
  longName: 'a rule for the beginning of its name',
  shortName: 'one for a shorter beginning',
  smallNetwork: 'a rule for its network',
  largeNetwork: 'one for a larger network',
  demo: 'demo mode',
}

/** The columns of what comes of a login. */
const TRIED = ['says nothing', 'CHAP', 'mutual CHAP', 'CHAP by credentials of another'] as const

const hex = (status: number): string => status.toString(16).padStart(4, '0')

/** Each status with its reason, once; tables refer to them by letters. */
class Reasons {
  readonly #letters = new Map<string, string>()

  cell({ status, why, proven }: LoginOutcome): string {
    if (status === 0) return proven ? '**in**, proven' : '**in**'
    const letter = this.#letters.get(why) ?? String.fromCharCode('a'.charCodeAt(0) + this.#letters.size)
    this.#letters.set(why, letter)
    return `${hex(status)} ${letter}`
  }

  get lines(): readonly string[] {
    return [...this.#letters].map(([why, letter]) => `* ${letter}: ${why}`)
  }
}

function table<C extends Choices>(
  choices: C,
  { titles, outcomes }: { readonly titles: readonly string[]; readonly outcomes: readonly string[] },
  rows: readonly Row<C>[],
): string {
  const cellsOf = ({ cells, outcome }: Row<C>): readonly string[] => [
    ...Object.keys(choices).map(name => cells[name] as string),
    ...outcome,
  ]
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = [...titles, ...outcomes]
  return [line(head), line(head.map(() => '---')), ...fewerRows(choices, rows).map(row => line(cellsOf(row)))].join(
    '\n',
  )
}

const tried = (outcomes: ReturnType<typeof outcomesOf>, reasons: Reasons): readonly string[] =>
  attempts.map(attempt => reasons.cell(outcomes[attempt]))

function logins(): string {
  const reasons = new Reasons()
  const rows = everyChoice(loginChoices)
    .filter(isLoginCase)
    .map(cells => ({ cells, outcome: tried(loginOutcomes(cells), reasons) }))
  const titles = [
    "the initiator's ACL",
    '`generate_node_acls`',
    '`authentication`',
    '`AuthMethod`',
    "the ACL's credentials",
    "the TPG's credentials",
  ]
  return `${table(loginChoices, { titles, outcomes: TRIED }, rows)}\n\n${reasons.lines.join('\n')}`
}

function ruled(): string {
  const reasons = new Reasons()
  const rows = everyChoice(ruleChoices).map((cells: RuleChoice) => ({
    cells,
    outcome: tried(ruleOutcomes(cells), reasons),
  }))
  const titles = ["the rule's `authentication`", "the TPG's `authentication`", '`AuthMethod`', "the rule's credentials"]
  return `${table(ruleChoices, { titles, outcomes: TRIED }, rows)}\n\n${reasons.lines.join('\n')}`
}

function specificity(): string {
  const lets = Object.fromEntries(
    Object.entries(numbersOf).map(([name, number]) => [number, WHO_TITLES[name] as string]),
  )
  const rows = everyChoice(whoChoices).map((cells: WhoChoice) => {
    const number = seenNumber(cells)
    return { cells, outcome: [number === undefined ? 'nobody: 0202' : (lets[number] as string)] }
  })
  return table(whoChoices, { titles: Object.values(WHO_TITLES), outcomes: ['is let in by'] }, rows)
}

function discovery(): string {
  const reasons = new Reasons()
  const rows = everyChoice(discoveryChoices).map((cells: DiscoveryChoice) => ({
    cells,
    outcome: tried(discoveryOutcomes(cells), reasons),
  }))
  const titles = ['`discovery_enable_auth`', 'credentials for discovery']
  return `${table(discoveryChoices, { titles, outcomes: TRIED }, rows)}\n\n${reasons.lines.join('\n')}`
}

function luns(): string {
  const rows = everyChoice(lunChoices).map((cells: LunChoice) => {
    const seen = lunOutcomes(cells).map(
      ({ lun, writable }) => `LUN ${lun}, ${writable ? 'read and write' : 'read-only'}`,
    )
    return { cells, outcome: [seen.join(', ')] }
  })
  const titles = ["the initiator's ACL", '`demo_mode_write_protect`', '`prod_mode_write_protect`']
  return table(lunChoices, { titles, outcomes: ['sees LUN 0 of the TPG as'] }, rows)
}

function lists(): string {
  const rows = everyChoice(listChoices).map((cells: ListChoice) => ({
    cells,
    outcome: [isNamed(cells) ? 'yes' : 'no'],
  }))
  const settings = ['generate_node_acls', 'demo_mode_discovery', 'enable', 'tpg_enabled_sendtargets']
  const titles = ["the initiator's ACL", ...settings.map(name => `\`${name}\``)]
  return table(listChoices, { titles, outcomes: ['is named'] }, rows)
}

/** `docs/access.md`: who is let in as whom, what is asked, and what is refused. */
export function accessPage(): string {
  return `# Who may come in

Made by \`npm run documents\` from what plans and judges logins; each row is a login in \`scripts/documents/access/access-page.test.ts\`. A dot stands for
whatever the column says.

An initiator with an ACL logs in by that ACL: with its LUNs, its credentials and its \`authentication\`, and by nothing else. One without is let in
where \`generate_node_acls\` is 1 (demo mode), with the LUNs and the credentials of the TPG. Names are compared as iSCSI names are, whatever their case.
Each login is judged by what holds then. \`cache_dynamic_acls\` is kept and changes nothing: LIO lets those in by it who were let in before \`generate_node_acls\` was 0; here their
sessions have to log out when that is set, and they are refused from then on ([decision 0004](decisions/0004-answers-unlike-lio.md#logins)).

## Logins

\`AuthMethod\` is what the file says; left out, it is \`CHAP,None\`. Who says nothing begins with the operational stage; for CHAP \`CHAP,None\` is offered, as
initiators do, for mutual CHAP \`CHAP\` alone.

${logins()}

## Access rules

Beside ACLs, which are for one initiator each, a TPG may have [access rules](operating/secure.md#access-rules). One thing lets an initiator in, the most specific that is about it, and
what it gives is all that the initiator has:

${specificity()}

A tag is that of its ACL in whatever TPG of the file. Two rules of a TPG are never equally specific: what is written twice, or has one initiator in two tags, lets those in by
none (0202). A rule asks for proofs as an ACL does, by credentials of its own:

${ruled()}

## Discovery sessions

Who only asks for names needs no ACL. What is asked of it is the fabric's, whatever a TPG says.

${discovery()}

## LUNs

The ACL of the table maps LUN 0 of the TPG as LUN 5.

${luns()}

## SendTargets

Whether a target of one TPG is named to an initiator.

${lists()}

The portals of a TPG that is disabled are not opened. They are told as they are written, which is meant for those that another machine serves; who logs in to the TPG where
another one of this machine has the portal is refused (0301).
`
}
