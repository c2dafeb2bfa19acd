/** The documents of Globus Auth keep whatever is in them. */
import * as ClientDocument from "../../src/auth/ClientDocument.ts"
import * as CredentialDocument from "../../src/auth/CredentialDocument.ts"
import * as IdentityDocument from "../../src/auth/IdentityDocument.ts"
import * as PolicyDocument from "../../src/auth/PolicyDocument.ts"
import * as ProjectDocument from "../../src/auth/ProjectDocument.ts"
import * as ScopeDocument from "../../src/auth/ScopeDocument.ts"
import * as TokenDocument from "../../src/auth/TokenDocument.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"
import * as NewClients from "./internal/NewClients.ts"

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

DocumentLaws.law("ClientCreate", ClientCreate, NewClients.arbitrary)
