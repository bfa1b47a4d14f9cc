/** What the engine knows of apps, functions and runs, in the words of each generation of the API. */
import type { FunctionAnswers } from "../exchange.ts"
import { appAnswers } from "./apps.ts"
import { controlAnswers } from "./control.ts"
import { runAnswersV0 } from "./runs-v0.ts"
import { runAnswersV1 } from "./runs-v1.ts"
import { runAnswersV2 } from "./runs-v2.ts"

export const functionAnswers: Partial<FunctionAnswers> = {
  ...appAnswers,
  ...controlAnswers,
  ...runAnswersV0,
  ...runAnswersV1,
  ...runAnswersV2,
}
