import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  caseFile,
  caseTarget,
  discoveryChoices,
  discoveryFabric,
  isLoginCase,
  listChoices,
  listTpg,
  loginChoices,
  loginTpg,
  lunChoices,
  lunTpg,
  ruleChoices,
  ruledFile,
  ruledTpg,
  whoChoices,
  whoTpg,
} from './access-cases.ts'
import { everyChoice } from './access-choice.ts'
import {
  attempts,
  discoveryOutcomes,
  isNamed,
  type LoginOutcome,
  loginOutcomes,
  lunOutcomes,
  ruleOutcomes,
  seenNumber,
} from './access-outcomes.ts'
import { authOf, ServedCases } from './served-cases.ts'

const numbered = <T>(choices: readonly T[]): readonly (readonly [words: string, at: number, choice: T])[] =>
  choices.map((choice, at) => [
    Object.entries(choice as object)
      .map(each => each.join(' '))
      .join(', '),
    at,
    choice,
  ])

const logins = numbered(everyChoice(loginChoices).filter(isLoginCase))
const rules = numbered(everyChoice(ruleChoices))
const whos = numbered(everyChoice(whoChoices))
const luns = numbered(everyChoice(lunChoices))
const lists = numbered(everyChoice(listChoices))
const discoveries = numbered(everyChoice(discoveryChoices))

/** What comes of each attempt, one after another: all of them are of one initiator. */
async function tried(attempt: (each: (typeof attempts)[number]) => Promise<LoginOutcome>) {
  const outcomes: [string, LoginOutcome][] = []
  for (const each of attempts) outcomes.push([each, await attempt(each)])
  return Object.fromEntries(outcomes)
}

let served: ServedCases
beforeAll(() => {
  served = new ServedCases()
})
afterAll(() => served[Symbol.asyncDispose]())

describe('logins are as docs/access.md says:', () => {
  beforeAll(() =>
    served.serve(
      caseFile(logins.map(([, at, choice]) => ({ target: caseTarget('login', at), tpg: loginTpg(choice) }))),
    ),
  )

  it.each(logins)('%s', async (_words, at, choice) => {
    const holder = choice.acl === 'none' ? 'tpg' : 'acl'
    const outcomes = await tried(each => served.outcome(caseTarget('login', at), authOf(each, holder)))
    expect(outcomes).toEqual(loginOutcomes(choice))
  })
})

describe('logins by an access rule are as docs/access.md says:', () => {
  beforeAll(() => served.serve(ruledFile(rules.map(([, at, choice]) => ruledTpg(caseTarget('rule', at), choice)))))

  it.each(rules)('%s', async (_words, at, choice) => {
    const outcomes = await tried(each => served.outcome(caseTarget('rule', at), authOf(each, 'rule')))
    expect(outcomes).toEqual(ruleOutcomes(choice))
  })
})

describe('the most specific of what is about an initiator lets it in, as docs/access.md says:', () => {
  beforeAll(() => served.serve(ruledFile(whos.map(([, at, choice]) => whoTpg(caseTarget('who', at), choice)))))

  it.each(whos)('%s', async (_words, at, choice) => {
    const seen = served.login(caseTarget('who', at), session => session.lun(0).reportLuns())
    const number = seenNumber(choice)
    expect(await seen.catch((error: { readonly status?: number }) => error.status)).toEqual(
      number === undefined ? 0x0202 : [number],
    )
  })
})

describe('the LUNs that an initiator sees are as docs/access.md says:', () => {
  beforeAll(() =>
    served.serve(caseFile(luns.map(([, at, choice]) => ({ target: caseTarget('lun', at), tpg: lunTpg(choice) })))),
  )

  it.each(luns)('%s', async (_words, at, choice) => {
    const seen = await served.login(caseTarget('lun', at), async session => {
      const numbers = await session.lun(0).reportLuns()
      const tries = numbers.map(async lun => {
        await session.lun(lun).ready()
        const write = session.lun(lun).write(0, Buffer.alloc(512))
        return {
          lun,
          writable: await write.then(
            () => true,
            () => false,
          ),
        }
      })
      return Promise.all(tries)
    })
    expect(seen).toEqual(lunOutcomes(choice))
  })
})

describe('SendTargets names targets as docs/access.md says:', () => {
  beforeAll(() =>
    served.serve(
      caseFile([...lists.map(([, at, choice]) => ({ target: caseTarget('list', at), tpg: listTpg(choice) }))]),
    ),
  )

  it.each(lists)('%s', async (_words, at, choice) => {
    expect((await served.named()).includes(caseTarget('list', at))).toBe(isNamed(choice))
  })
})

describe('discovery sessions are as docs/access.md says:', () => {
  const tpg = { attributes: { authentication: 0, generate_node_acls: 1 } }

  it.each(discoveries)('%s', async (_words, _at, choice) => {
    await served.serve(
      caseFile([{ target: caseTarget('found', 0), tpg }], { fabric_modules: [discoveryFabric(choice)] }),
    )
    expect(await tried(each => served.discoveryOutcome(authOf(each, 'discovery')))).toEqual(discoveryOutcomes(choice))
  })
})
