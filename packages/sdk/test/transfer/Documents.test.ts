/** The documents of Transfer keep whatever is in them. */
import * as AccessRuleDocument from "../../src/transfer/AccessRuleDocument.ts"
import * as BookmarkDocument from "../../src/transfer/BookmarkDocument.ts"
import * as EndpointDocument from "../../src/transfer/EndpointDocument.ts"
import * as FileDocument from "../../src/transfer/FileDocument.ts"
import * as PauseRuleDocument from "../../src/transfer/PauseRuleDocument.ts"
import * as ResultDocument from "../../src/transfer/ResultDocument.ts"
import * as RoleDocument from "../../src/transfer/RoleDocument.ts"
import * as TaskDocument from "../../src/transfer/TaskDocument.ts"
import * as TunnelDocument from "../../src/transfer/TunnelDocument.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite(
  AccessRuleDocument,
  BookmarkDocument,
  EndpointDocument,
  FileDocument,
  PauseRuleDocument,
  ResultDocument,
  RoleDocument,
  TaskDocument,
  TunnelDocument
)
