import { type LayerRules, LayerStack } from '@lunkit/backstores'
import { checkArgument, object } from '@lunkit/wire'
import { behind } from './behind.ts'
import { STORAGE } from './option-checks.ts'
import type { Storage } from './storage.ts'

const RULES = object('rules: { log, limit, delay, fail }')

/**
 * The same disk behind layers: somebody is told of what is done with it, it is limited, and for tests held back or failed. Their rules change
 * while it is served, by the step `changeDisk` with the same disk behind others.
 * @throws {TypeError} for what is no disk, or no rules; what is wrong within them is told when it is opened.
 */
export function layered(disk: Storage, rules: LayerRules): Storage {
  checkArgument('layered: disk', disk, STORAGE)
  checkArgument('layered: rules', rules, RULES)
  const open: Storage['open'] = async resources => {
    const stack = new LayerStack(await disk.open(resources))
    stack.configure(rules)
    return stack
  }
  const adapt: Storage['adapt'] = store => {
    if (!(store instanceof LayerStack)) throw new TypeError(`${store.name} was opened without layers`)
    const before = store.rules
    store.configure(rules)
    return () => store.configure(before)
  }
  return behind(disk, open, { adapt })
}
