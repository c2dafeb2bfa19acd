/** The login that an error response asks for. */
import * as Option from "effect/Option"
import * as Gare from "../../model/Gare.ts"

const nothing: Gare.Detection = { gare: Option.none(), problems: [] }

/**
 * The Globus Auth Requirements Error that an error response is, unless it is a failure of the service. That a token was not
 * accepted (401) is one only if something is required: Groups sends parameters with each, which are mostly empty, and then
 * a token that is renewed will do.
 */
export const detect = ({
  body,
  status
}: {
  readonly body: unknown
  readonly status: number
}): Gare.Detection => {
  if (status >= 500) return nothing
  const found = Gare.detect(body)
  const isEmpty = Option.exists(
    found.gare,
    ({ authorization_parameters }) => Object.keys(authorization_parameters).length === 0
  )
  return status === 401 && isEmpty ? nothing : found
}
