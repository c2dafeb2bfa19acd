import * as Documents from "../../src/groups/Document.ts"
import { MembershipActionsResult, MembershipError } from "../../src/groups/MembershipActions.ts"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"

DocumentLaws.suite(Documents, { MembershipActionsResult, MembershipError })
