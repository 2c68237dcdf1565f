/** A reporter of vitest that writes down which tests passed only at a second try, for `npm run check` to tell. */

import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Reporter, TestCase } from "vitest/node";

export const secondTries = resolve(import.meta.dirname, "../.tmp/second-tries.txt");

export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky)
      appendFileSync(secondTries, `${test.module.relativeModuleId}: ${test.fullName}\n`);
  }
}
