/** The documents of Globus Auth keep whatever is in them. */
import { assert, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as ClientDocument from "../../src/auth/ClientDocument.ts"
import * as CredentialDocument from "../../src/auth/CredentialDocument.ts"
import * as IdentityDocument from "../../src/auth/IdentityDocument.ts"
import * as PolicyDocument from "../../src/auth/PolicyDocument.ts"
import * as ProjectDocument from "../../src/auth/ProjectDocument.ts"
import * as ScopeDocument from "../../src/auth/ScopeDocument.ts"
import * as TokenDocument from "../../src/auth/TokenDocument.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

const { ClientCreate, ...others } = ClientDocument

DocumentLaws.suite(
  others,
  CredentialDocument,
  IdentityDocument,
  PolicyDocument,
  ProjectDocument,
  ScopeDocument,
  TokenDocument
)

// Of a small new client, no field would be made up that says what it is for.
it.prop(
  "ClientCreate: what was read is written back as it was",
  [ClientDocument.ClientUpdate, ClientDocument.ClientType, Schema.Json],
  ([settings, client_type, added]) => {
    const body = DocumentLaws.json({ ...settings, name: "x", client_type, added_by_globus: added })
    const decoded = Schema.decodeUnknownSync(ClientCreate)(body)
    assert.deepStrictEqual(DocumentLaws.json(Schema.encodeSync(ClientCreate)(decoded)), body)
  }
)
