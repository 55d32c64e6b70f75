/** Taints, by which nodes repel pods, and the tolerations that answer them. */
import { checkLabelName } from '#kinds/meta/label-rules.ts'
import { isLabelValue } from '#kinds/meta/names.ts'
import { int64, known, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const

/** Its rules stand with those of nodes. */
export class Taint extends struct({
  key: field(1, string, 'Name of the taint.', { always: true }),
  value: field(2, string, 'Value of the taint.'),
  effect: field(3, known(...EFFECTS), 'Whether pods that do not tolerate it are kept away, avoided, or evicted.', { always: true }),
  timeAdded: field(4, time, 'When the taint was added.'),
}) {}

export class Toleration extends struct(
  {
    key: field(1, string, 'The taint that is tolerated; all when absent, with operator Exists.'),
    operator: field(2, known('Exists', 'Equal', 'Lt', 'Gt'), 'Exists for any value; Equal, the usual one, for the value given.'),
    value: field(3, string, 'The value of the taint, for Equal.'),
    effect: field(4, oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'), 'The effect that is tolerated; all when absent.'),
    tolerationSeconds: field(5, int64, 'For how many seconds NoExecute is tolerated; for ever when absent.', { explicit: true }),
  },
  {
    validate: ({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, at) => {
      if (key) checkLabelName(key, at.key('key'))
      if (!key && operator !== 'Exists')
        at.key('operator').invalid(operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')
      if (tolerationSeconds !== undefined && effect !== 'NoExecute')
        at.key('effect').invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
      if (operator === 'Exists') {
        if (value) at.key('operator').invalid(value, "value must be empty when `operator` is 'Exists'")
      } else if (operator === '' || operator === 'Equal') {
        const wrong = isLabelValue(value)
        if (wrong) at.key('operator').invalid(value, wrong)
      } else if (operator === 'Lt' || operator === 'Gt') {
        // Known, and an alpha feature that is off (KEP-5471).
        at.key('operator').unsupported(operator, ['Equal', 'Exists', 'Lt', 'Gt'])
      } else at.key('operator').unsupported(operator, ['Equal', 'Exists'])
    },
  },
) {}
