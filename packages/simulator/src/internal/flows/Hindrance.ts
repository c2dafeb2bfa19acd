/** What somebody has to do before an action of a flow can be carried out: consent to the use of their data. */
import { gcsCollectionScopes, specificFlowScopes, TransferScopes } from "@effect-globus/sdk/model"
import * as Predicate from "effect/Predicate"
import * as Consents from "../Consents.ts"
import type * as FlowDefinition from "../FlowDefinition.ts"
import type { Run, State } from "../State.ts"

/** The action providers that transfer. */
export const transferAction = /^https:\/\/(transfer\.actions|actions)\.globus\.org\/transfer/

/** All texts in some parameters. */
const textsIn = (value: FlowDefinition.Json): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : Predicate.isObjectOrArray(value)
      ? Object.values(value).flatMap(textsIn)
      : []

/** What hinders the actions of a run, as the details of the run tell it. */
export const of =
  (state: State, run: Pick<Run, "behalf" | "client" | "flow" | "owner">) =>
  (action: FlowDefinition.Object, parameters: FlowDefinition.Json): FlowDefinition.Object | undefined => {
    if (!transferAction.test(String(action["ActionUrl"]))) return undefined
    const { user } = specificFlowScopes(run.flow)
    const party = { identity: run.owner, client: run.client }
    const missing = [...new Set(textsIn(parameters))].flatMap((text) => {
      const collection = state.collections.get(text.toLowerCase())
      if (collection?.data_access !== true) return []
      const { data_access } = gcsCollectionScopes(collection.id)
      const path = [...run.behalf, user, TransferScopes.all, data_access]
      return Consents.covers(state.consents, party, path) ? [] : [data_access]
    })
    return missing.length === 0
      ? undefined
      : {
          code: "ConsentRequired",
          description: "Missing required data_access consent",
          required_scope: `${user}[${TransferScopes.all}[${missing.map((scope) => `*${scope}`).join(" ")}]]`
        }
  }
