/** Reading what Globus Auth answers to a new client. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ResponseError } from "../../model/GlobusError.ts"
import { ClientCreatedDocument, ClientDocument } from "../ClientDocument.ts"

const isNested = Schema.is(ClientCreatedDocument.members[1])
const isClientDocument = Schema.is(ClientDocument)

/** That an answer lacks what a new client must have. */
export const lacking = (path: string): ResponseError =>
  new ResponseError({
    service: "auth",
    operation: "createClient",
    status: 200,
    path,
    detail: "Missing key"
  })

/** The client, wherever it stands, and what came with it. */
export const createdClient = (
  answer: ClientCreatedDocument
): Effect.Effect<ClientDocument, ResponseError> => {
  const created = isNested(answer) ? answer.client : answer
  return isClientDocument(created) ? Effect.succeed(created) : Effect.fail(lacking("client.id"))
}
