import { TransferClient } from "@effect-globus/sdk/transfer"
import { Console, Effect } from "effect"

export const describe = (id: string) =>
  Effect.gen(function* () {
    const transfer = yield* TransferClient
    const endpoint = yield* transfer.getEndpoint(id)
    yield* Console.log(endpoint.display_name)
  }).pipe(
    // What kind of refusal it was, whatever the service calls it.
    Effect.catchReason("ApiError", "NotFound", () => Console.log("There is no such collection.")),
    // The service's own code.
    Effect.catchIf(
      (error) => error._tag === "ApiError" && error.is("PermissionDenied"),
      () => Console.log("You may not look at that collection.")
    ),
    Effect.catchTags({
      // Nothing was sent: the id is not a UUID, for example.
      InvalidRequest: (error) => Console.log(`${error.field}: ${error.detail}`),
      // Nobody consented, nobody was there to ask, …
      LoginFailed: (error) => Console.log(error.message)
    })
  )
