/**
 * Files whose score is still below the goal, each with the score, in percent, that it may not fall under; 0 for one that was
 * never judged. A debt that is paid is taken off this list, or a test says so; none may be added for a file that once
 * reached the goal.
 */
export const owed: Readonly<Record<string, number>> = {
  'src/core/area.ts': 81.8,
  'src/core/await-audio.ts': 84.7,
  'src/core/decide-zones.ts': 75.1,
  'src/core/emit-segments.ts': 82.1,
  'src/core/end-broadcast.ts': 83,
  'src/core/judge-evidence.ts': 79.6,
  'src/core/lift.ts': 79.6,
  'src/core/next-wake.ts': 76.1,
  'src/core/place-tone.ts': 84.9,
  'src/core/precedence.ts': 70.5,
  'src/core/self-test.ts': 75.7,
  'src/core/share-output.ts': 58.1,
  'src/core/start-item.ts': 81.2,
  'src/core/start-tone.ts': 84.6,
  'src/core/step.ts': 75.7,
  'src/core/take-order.ts': 80.3,
  'src/core/village.ts': 45.4,
  'src/intake/envelope-schema.ts': 0,
  'src/intake/keys.ts': 0,
  'src/intake/rate-budget.ts': 0,
  'src/intake/satellite-order.ts': 0,
  'src/intake/shape.ts': 0,
  'src/intake/signed-time.ts': 74.2,
  'src/intake/sm2.ts': 0,
  'src/intake/strict-json.ts': 0,
  'src/intake/validators.ts': 0,
  'src/intake/verify.ts': 81.3,
};
