/** New clients, of which hardly any can be made up by their schema: they say in exactly one way what they are for. */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { ClientType, ClientUpdate } from "../../../src/auth/ClientDocument.ts"

export const arbitrary = Arbitrary.map(
  Arbitrary.schema(Schema.Struct({ settings: ClientUpdate, client_type: ClientType })),
  ({ client_type, settings }) => ({ ...Struct.omit(settings, ["public_client"]), name: "x", client_type })
)
