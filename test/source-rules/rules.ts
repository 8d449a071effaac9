import { byteAccess, opcodeLiterals } from './byte-access.ts'
import { clauses, fieldPointers } from './clauses.ts'
import { documented } from './documented.ts'
import { fileName } from './file-name.ts'
import { fileLength, functionLength, storeLength } from './length.ts'
import type { Rule } from './rule.ts'
import { everyTestRuns } from './test-modifiers.ts'
import { noUnfinished } from './text-rule.ts'
import { noAny, noSilencing } from './typed.ts'

/** Every rule that holds for each file by itself. */
export const RULES: readonly Rule[] = [
  byteAccess,
  clauses,
  documented,
  everyTestRuns,
  fieldPointers,
  fileLength,
  storeLength,
  fileName,
  functionLength,
  noAny,
  noSilencing,
  noUnfinished,
  opcodeLiterals,
]
