/** What Transfer says when it refuses, and when something was done. */
import * as Effect from "effect/Effect"
import * as Refusals from "../Refusal.ts"
import { at } from "../Service.ts"

export const refusal = (
  status: number,
  code: string,
  message: string,
  fields?: Readonly<Record<string, unknown>>
) => new Refusals.Refusal({ status, code, message, fields })

/** Refuses a document that makes no sense. */
export const badRequest = (message: string) => refusal(400, "ClientError.BadRequest", message)

/** Refuses a query that makes no sense. */
export const badQuery = (message: string) => refusal(400, "BadRequest", message)

/** What is said when something was done. */
export const result = (code: string, message: string, type = "result") =>
  Effect.map(at, ({ requestId, resource }) => ({
    DATA_TYPE: type,
    code,
    message,
    request_id: requestId,
    resource
  }))
