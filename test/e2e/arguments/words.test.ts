import * as words from '@lunkit/config/words'
import { describeArguments } from './argument-tests.ts'
import { eachBad, eachChanged, NO_FLAGS, NO_OBJECTS, NO_TEXTS, without } from './bad-values.ts'

const NO_TEXT = without(NO_TEXTS, '')
const NODE: words.TreeNode = { path: '/', name: '/', kind: 'root', summary: '', children: [] }
const CLEAR: words.ToldEdit = { call: { name: 'clear', given: {} }, made: [] }
/** None says anything of the words of an edit. */
const NO_WORDS: readonly unknown[] = [
  ...[null, 1, 'text', { showsSecrets: 1 }, { typedSize: 1 }, { backing: 1 }, { backing: {} }],
  ...[{ backing: { existed: 1, sizeBytes: 1 } }, { backing: { existed: true, sizeBytes: -1 } }],
]

describeArguments('@lunkit/config/words', {
  door: words,
  calls: {
    statusLine: () => eachBad(NO_OBJECTS, bad => words.statusLine(bad)),
    drawTree: () => [
      ...eachBad([undefined, null, 1, {}], bad => words.drawTree(bad, { path: '/' })),
      ...eachBad([undefined, null, 'text', {}], bad => words.drawTree(() => bad, { path: '/' })),
      ...eachBad([undefined, null, 1, {}], bad => words.drawTree(() => NODE, bad)),
    ],
    toldWords: () => [
      ...eachChanged(
        CLEAR,
        {
          call: [...NO_OBJECTS, { name: 'toString', given: {} }, { name: 'clear' }, { name: 'clear', given: 1 }],
          made: [undefined, null, 1, 'text', [1]],
          isSame: without(NO_FLAGS, undefined),
          values: [null, 1, 'text', []],
        },
        bad => words.toldWords(bad),
      ),
      ...eachBad(NO_TEXT, bad => words.toldWords({ ...CLEAR, made: [bad] })),
      ...eachBad(NO_WORDS, bad => words.toldWords(CLEAR, bad)),
    ],
  },
  untried: {},
})
